"""Checks, their outcomes and what came of them, in the reader's words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from tocsin.engine.diagnosis.answers import PREFIX
from tocsin.screens.words import UNIT_NAMES, figure, moment_of_ms, quantity_name
from tocsin.warning.causes.policy.checks import CHECKS, CheckCard

THROUGH = {
    "telephone": gettext_lazy("by telephone"),
    "radio": gettext_lazy("by radio"),
    "on_site": gettext_lazy("on site"),
}


def check_words(card: CheckCard) -> str:
    """What is asked or measured."""
    return card.ask.in_language(_language())


def instrument_words(card: CheckCard) -> str:
    """With what it is measured, or who is asked."""
    return card.instrument.in_language(_language())


def outcome_words(card: CheckCard, outcome: str) -> str:
    """One outcome; the empty one is "does not know" or "could not be measured"."""
    if not outcome:
        return _("does not know") if card.by_telephone else _("could not be measured")
    return card.outcome(outcome).label.in_language(_language())


def measured_quantity(card: CheckCard) -> str:
    """What a crew measures, by its name; empty for a question."""
    if card.quantity is None:
        return ""
    own = CHECKS.current().quantity_names.get(card.quantity.name)
    return own.in_language(_language()) if own else quantity_name(card.quantity.name)


def unit_words(unit: str) -> str:
    """A unit as it is written on screen."""
    return UNIT_NAMES.get(unit, unit)


def answered(check: str, outcome: str, value: float | None) -> str:
    """What came of a check: the question, the value where one was measured, and what it means."""
    card = CHECKS.current().cards.get(check)
    if card is None:
        return f"{check}: {outcome or '–'}"
    known = outcome if outcome in card.check.outcomes else ""
    words = {"ask": check_words(card).rstrip("?？"), "outcome": outcome_words(card, known), "value": ""}
    if value is None or card.quantity is None:
        return pgettext("answer", "%(ask)s: %(outcome)s") % words
    words["value"] = f"{figure(value)} {unit_words(card.quantity.unit)}"
    return pgettext("answer", "%(ask)s: %(value)s (%(outcome)s)") % words


def answer_sentence(item: Mapping[str, Any]) -> str:
    """An answer as evidence (its code begins with `answers.PREFIX`): what, by whom, and when."""
    check, _dot, outcome = item["code"].removeprefix(PREFIX).partition(".")
    figures = item["figures"] or {}
    return pgettext("answer", "%(what)s – %(by)s, %(through)s, %(time)s") % {
        "what": answered(check, outcome, item["seen"]),
        "by": figures.get("by", "–"),
        "through": THROUGH.get(str(figures.get("channel")), "–"),
        "time": moment_of_ms(item["ts_ms"]),
    }


def _language() -> str:
    return get_language() or "zh"
