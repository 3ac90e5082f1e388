"""What the forms of this room share: errors that name the field, dates and times that browsers can show."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _


class SapaForm(forms.Form):
    """A form whose errors say what is missing, in the words of its labels."""

    required_css_class = ""
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = _("%(label)s belum diisi.") % {"label": field.label}
            if isinstance(field, forms.IntegerField):
                field.error_messages["invalid"] = _("%(label)s: tulis angka saja.") % {"label": field.label}


class DateField(forms.DateField):
    """A day by the browser's own picker: `type=date` knows one format only."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            error_messages={"invalid": _("Tanggal ini tidak ada. Tulis seperti 2026-11-21.")},
            **kwargs,
        )


class TimeField(forms.TimeField):
    """A time of day by the browser's own picker; hours and minutes may be parted by a dot."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=["%H:%M", "%H.%M"],
            widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            error_messages={"invalid": _("Jam ini tidak terbaca. Tulis seperti 09:00.")},
            **kwargs,
        )
