"""Answers as people and programs read them."""

from typing import Any

from django.utils.translation import gettext as _

from tocsin.screens.words import figure
from tocsin.warning.causes.shown.checks import THROUGH, answered, unit_words
from tocsin.warning.diagnosis.models import Answer

REPLACED = "replaced"


def describe_answer(answer: Answer) -> dict[str, Any]:
    """One answer with who said it; withdrawn ones tell why."""
    converted = answer.given_value is not None and answer.given_value != answer.value
    given = f"{figure(answer.given_value)} {unit_words(answer.given_unit)}" if converted else ""
    reason = _("replaced by a newer answer") if answer.withdrawn_reason == REPLACED else answer.withdrawn_reason
    return {
        "id": answer.pk,
        "check": answer.check_id,
        "sentence": answered(answer.check_id, answer.outcome, answer.value),
        "outcome": answer.outcome,
        "value": answer.value,
        "given": given,
        "asset_code": answer.asset_code,
        "said_by": answer.said_by,
        "said_through": answer.channel,
        "through": str(THROUGH[answer.channel]),
        "at": answer.at,
        "entered_by": str(answer.entered_by),
        "note": answer.note,
        "withdrawn_at": answer.withdrawn_at,
        "withdrawn_reason": reason if answer.withdrawn_at else "",
    }
