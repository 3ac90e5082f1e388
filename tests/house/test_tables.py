"""The registry of tables holds what the house promises: order, business, fact or derived, erasers."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Field, ForeignKey, JSONField, Model, TextField, UniqueConstraint

from sapa.upkeep.operations import ERASERS
from sapa.upkeep.tables import DERIVED, DERIVED_COLUMNS, FACTS, WORDS
from tests.conftest import ROOT
from tests.processes import Home

MODELS: list[type[Model]] = [model for model in apps.get_models() if model.__module__.startswith("sapa.")]
SCOPED = [model for model in MODELS if model._meta.app_label != "accounts"]
ACCOUNTS_WITHOUT_BUSINESS = {"User", "SignInLink", "SignInAttempt", "Business"}


def _name(model: type[Model]) -> str:
    return f"{model._meta.app_label}.{model.__name__}"


def _fields(model: type[Model]) -> list[Field[Any, Any]]:
    return [field for field in model._meta.get_fields() if isinstance(field, Field)]


def _floors() -> dict[str, int]:
    """Room → its floor, the lowest first, as pyproject.toml orders them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    return {
        room.strip(" ()"): floor for floor, layer in enumerate(reversed(layers)) for room in layer.split("|")
    }


@pytest.mark.parametrize("model", MODELS, ids=_name)
def test_foreign_keys_point_down(model: type[Model]) -> None:
    floors = _floors()
    mine = model._meta.app_label
    for field in _fields(model):
        if isinstance(field, ForeignKey):
            other = field.related_model._meta.app_label
            assert other == mine or floors[other] < floors[mine], f"{_name(model)}.{field.name} points up"


@pytest.mark.parametrize("model", SCOPED, ids=_name)
def test_every_table_belongs_to_a_business(model: type[Model]) -> None:
    field = model._meta.get_field("business")
    assert isinstance(field, ForeignKey)
    assert not field.null
    assert field.related_model.__name__ == "Business"


def test_the_tables_without_a_business_are_those_of_people_and_sign_in() -> None:
    without = {
        model.__name__
        for model in MODELS
        if model not in SCOPED and not any(field.name == "business" for field in _fields(model))
    }
    assert without == ACCOUNTS_WITHOUT_BUSINESS


@pytest.mark.parametrize("model", SCOPED, ids=_name)
def test_unique_keys_begin_with_the_business(model: type[Model]) -> None:
    constraints = [one for one in model._meta.constraints if isinstance(one, UniqueConstraint)]
    for constraint in constraints:
        assert constraint.fields[0] == "business", constraint.name
    assert not model._meta.unique_together
    alone = {field.name for field in _fields(model) if field.unique and not field.primary_key}
    one_to_one = {field.name for field in _fields(model) if field.one_to_one}
    assert alone - one_to_one <= {"public_id"}


def test_every_table_is_fact_or_derived_and_never_both() -> None:
    names = {_name(model) for model in MODELS}
    assert not FACTS & set(DERIVED)
    assert names == FACTS | set(DERIVED)


def test_no_fact_points_to_a_derived_row() -> None:
    for model in MODELS:
        for field in _fields(model):
            if isinstance(field, ForeignKey) and _name(field.related_model) in DERIVED:
                assert _name(model) in DERIVED, f"{_name(model)}.{field.name}"


def test_derived_tables_are_listed_in_an_order_in_which_they_can_be_emptied() -> None:
    for place, label in enumerate(DERIVED):
        for field in _fields(apps.get_model(label)):
            if isinstance(field, ForeignKey) and _name(field.related_model) in DERIVED:
                assert DERIVED.index(_name(field.related_model)) > place


@pytest.mark.parametrize("label", DERIVED_COLUMNS)
def test_derived_columns_exist_on_facts(label: str) -> None:
    assert label in FACTS
    names = {field.name for field in _fields(apps.get_model(label))}
    assert set(DERIVED_COLUMNS[label]) <= names


# Text that people type or that names them; codes, keys and ids are no words.
NO_WORDS = {
    "accounts.AuditEntry.data",
    "accounts.Hours.week",
    "actions.Action.data",
    "actions.Action.evidence",
    "actions.Escalation.data",
    "actions.Escalation.evidence",
    "actions.Decision.data",
    "contacts.Link.evidence",
    "conversations.SavedView.name",
    "conversations.SavedView.choice",
    "contacts.Suggestion.evidence",
    "imports.BatchFile.answers",
    "journeys.Belief.steps",
    "knowledge.Answer.text",
    "moments.Look.found",
    "moments.Trial.pauses",
    "automations.Automation.text",
    "surveys.Survey.words",
    "surveys.Survey.ways",
    "imports.BatchFile.problem",
    "imports.BatchFile.warnings",
    "imports.Mapping.answers",
    "orders.Order.voucher_codes",
    "orders.Order.items",
    "readings.Reading.data",
    "standings.Standing.trust_why",
    "timeline.Touchpoint.measures",
    "accounts.Business.own_names",
    "channels.Channel.poll_cursor",
    "conversations.Remark.mentions",
    "gateway.Template.blanks",
    "programs.Call.data",
    "programs.Listener.kinds",
    "programs.Token.scopes",
    "gateway.Template.text",
}


def test_every_column_that_can_hold_words_has_an_eraser_or_is_known_to_hold_none() -> None:
    held = {f"{label}.{column}" for label, columns in WORDS.items() for column in columns}
    found = {
        f"{_name(model)}.{field.name}"
        for model in MODELS
        for field in _fields(model)
        if isinstance(field, TextField | JSONField)
    }
    assert found <= held | NO_WORDS, f"neither erased nor known: {sorted(found - held - NO_WORDS)}"


def test_every_table_with_words_has_an_eraser() -> None:
    assert set(ERASERS) == set(WORDS)


@pytest.mark.parametrize("label", WORDS)
def test_the_columns_to_erase_exist(label: str) -> None:
    names = {field.name for field in _fields(apps.get_model(label))}
    assert set(WORDS[label]) <= names


def test_no_migration_is_missing(tmp_path: Path) -> None:
    """In a process of its own: these tests make their tables from the models, without any migration."""
    done = subprocess.run(
        [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
        env={**Home(tmp_path).environment, "DJANGO_SETTINGS_MODULE": "sapa.config.settings"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
