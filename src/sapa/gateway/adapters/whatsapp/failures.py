"""The error codes of the WhatsApp Cloud API and what they mean for a message.

Source: Meta, "Error codes" of the WhatsApp Business Platform (2026-05-15), and the table in the MIT client pywa.
The same codes come as the answer to a send and, later, in a status webhook.
"""

from __future__ import annotations

from datetime import timedelta

from sapa.gateway.adapters._meta.graph import Verdict, Verdicts, verdict_on
from sapa.gateway.contract import Failure

_TEMPLATE = Verdict(Failure.TEMPLATE_UNFIT)
_CONTENT = Verdict(Failure.REFUSED_CONTENT)
_NOBODY = Verdict(Failure.NO_SUCH_RECIPIENT)
_TOKEN = Verdict(Failure.TOKEN_DEAD)
_DOWN = Verdict(Failure.PROVIDER_DOWN, again=True)
_SLOWLY = Verdict(Failure.TOO_MANY, again=True, after=timedelta(seconds=30))

VERDICTS: Verdicts = {
    (80007, 0): Verdict(Failure.TOO_MANY, again=True, after=timedelta(minutes=5)),
    (130429, 0): _SLOWLY,
    (130472, 0): _CONTENT,
    (130497, 0): _CONTENT,
    (131000, 0): _DOWN,
    (131005, 0): _TOKEN,
    (131008, 0): _CONTENT,
    (131009, 0): _CONTENT,
    (131016, 0): _DOWN,
    (131020, 0): _NOBODY,
    (131021, 0): _NOBODY,
    (131026, 0): _NOBODY,
    (131030, 0): _NOBODY,
    (131031, 0): _CONTENT,
    (131037, 0): _CONTENT,
    (131041, 0): _NOBODY,
    (131042, 0): Verdict(Failure.PAYMENT_MISSING),
    (131044, 0): Verdict(Failure.PAYMENT_MISSING),
    (131045, 0): _TOKEN,
    (131047, 0): Verdict(Failure.WINDOW_CLOSED),
    (131048, 0): Verdict(Failure.QUOTA_USED_UP),
    (131049, 0): Verdict(Failure.TOO_MANY),
    (131050, 0): Verdict(Failure.NO_CONSENT),
    (131051, 0): _CONTENT,
    (131052, 0): _CONTENT,
    (131053, 0): _CONTENT,
    (131056, 0): Verdict(Failure.TOO_MANY, again=True, after=timedelta(seconds=6)),
    (131057, 0): Verdict(Failure.PROVIDER_DOWN, again=True, after=timedelta(minutes=5)),
    (131062, 0): _TEMPLATE,
    (131063, 0): _TEMPLATE,
    (131064, 0): Verdict(Failure.QUOTA_USED_UP),
    **{(code, 0): _TEMPLATE for code in (132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016)},
    **{(code, 0): _TEMPLATE for code in (132018, 132068, 132069)},
    (133010, 0): _TOKEN,
    (133016, 0): Verdict(Failure.TOO_MANY, again=True, after=timedelta(hours=1)),
    (135000, 0): Verdict(Failure.UNKNOWN),
    (137000, 0): _NOBODY,
}


def failure_of(code: int) -> Failure:
    """Our word for an error code in a status: that message is lost, whatever a new one would meet."""
    verdict = verdict_on(code, 0, VERDICTS)
    return verdict.failure if verdict else Failure.UNKNOWN
