"""What was said by telephone, in words: figures with their units, steps that were told, lines of the time line."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from tocsin.base.quantities import QUANTITIES
from tocsin.command.casebook.shown import clocks as handling
from tocsin.command.orders.shown import ACT_NAMES
from tocsin.screens.timeline import time_lines
from tocsin.screens.words import QUANTITY_NAMES, UNIT_NAMES, in_language, quantity_name
from tocsin.warning.face import CHECKS, answered, measured_quantity


def _line_figures(act: str, figures: Mapping[str, Any]) -> dict[str, str]:
    """The figures of a line of the time line that was said by telephone, as words."""
    if act == "body_answered":
        return {"body": in_language(figures["body"]), "answered": answered(figures["check"], figures["outcome"], None)}
    words = {
        "said_at": handling.moment_words(datetime.fromisoformat(figures["said_at"])),
        "telephone": figures.get("telephone") or "–",
    }
    words["answered"] = f" → {answered(figures['check'], figures['outcome'], figures.get('value'))}" if "check" in figures else ""
    if "quantity" in figures:
        words["quantity"] = quantity_words(figures["quantity"])
        words["value"] = f"{figures['value']:g}"
        words["measured_in"] = unit_name(figures["measured_in"])
    return words


LINES = time_lines(
    {
        "telephone_reading": gettext_lazy(
            "By telephone: %(said_by)s (%(telephone)s, %(said_at)s) read %(quantity)s %(value)s %(measured_in)s%(answered)s; "
            "entered by the desk"
        ),
        "body_answered": gettext_lazy("%(body)s answers: %(answered)s"),
        "telephone_statement": gettext_lazy(
            "By telephone: %(said_by)s (%(telephone)s, %(said_at)s) said%(answered)s; entered by the desk"
        ),
    },
    _line_figures,
)


def telephone_words(figures: Mapping[str, Any]) -> str:
    """Who said it, from which number, and the figure that was read out or the step that was told."""
    who = " ".join(filter(None, (figures["said_by"], f"☎ {figures['telephone']}" if figures.get("telephone") else "")))
    if "quantity" in figures:
        return f"{who}: {quantity_words(figures['quantity'])} {figures['value']:g} {unit_name(figures['measured_in'])}"
    if "act" in figures:
        return f"{who}: {figures.get('order', '')} {ACT_NAMES.get(figures['act'], figures['act'])}"
    return who


def quantity_words(quantity: str) -> str:
    """A quantity by its name, also one that only crews measure."""
    card = next((one for one in CHECKS.current().cards.values() if one.quantity and one.quantity.name == quantity), None)
    return measured_quantity(card) if card else quantity_name(quantity)


def unit_name(unit: str) -> str:
    """A unit as people write it."""
    return UNIT_NAMES.get(unit, unit)


def measurable() -> list[dict[str, object]]:
    """Quantities that somebody can read out on the telephone, with the units that are understood."""
    return [
        {
            "quantity": name,
            "name": str(label),
            "units": [{"unit": unit, "name": unit_name(unit)} for unit in (QUANTITIES[name].unit, *QUANTITIES[name].conversions)],
        }
        for name, label in QUANTITY_NAMES.items()
        if name in QUANTITIES
    ]
