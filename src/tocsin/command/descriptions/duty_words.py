"""The words of the duty desk: its log, its handovers, and what was said by telephone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.base.quantities import QUANTITIES
from tocsin.command.descriptions import handling
from tocsin.command.descriptions.orders import ACT_NAMES
from tocsin.command.rules.clocks import Step
from tocsin.command.rules.duty import EntryKind, MatterKind, ShiftEnd, ShiftStanding
from tocsin.warning.answer_sentences import answered, measured_quantity
from tocsin.warning.checks import shipped_checks
from tocsin.warning.sentences import QUANTITY_NAMES, UNIT_NAMES, quantity_name

ENTRY_NAMES = {
    EntryKind.NOTE: pgettext_lazy("kind of a log entry", "note"),
    EntryKind.TELEPHONE: pgettext_lazy("kind of a log entry", "call"),
    EntryKind.INSTRUCTION: pgettext_lazy("kind of a log entry", "leader's instruction"),
    EntryKind.SHIFT: pgettext_lazy("kind of a log entry", "shift"),
}
MATTER_NAMES = {
    MatterKind.OVERDUE: pgettext_lazy("open matter", "overdue"),
    MatterKind.REPORT: pgettext_lazy("open matter", "report upward owed"),
    MatterKind.UNREACHED: pgettext_lazy("open matter", "notice not reached"),
    MatterKind.UNSIGNED: pgettext_lazy("open matter", "order not signed for"),
    MatterKind.OUTCOME: pgettext_lazy("open matter", "waits for a second person"),
    MatterKind.RESUMES: pgettext_lazy("open matter", "suspension ends"),
    MatterKind.OPEN: pgettext_lazy("open matter", "open, in time"),
}
STANDING_NAMES = {
    ShiftStanding.RUNNING: pgettext_lazy("shift", "running"),
    ShiftStanding.DUE: pgettext_lazy("shift", "to be handed over"),
    ShiftStanding.UNHANDED: pgettext_lazy("shift", "not handed over"),
}
END_NAMES = {
    ShiftEnd.HANDED_OVER: pgettext_lazy("shift", "handed over"),
    ShiftEnd.UNHANDED: pgettext_lazy("shift", "ended without a handover"),
}
SHIFT_ACTS = {
    "begun": gettext_lazy("The shift begins"),
    "joined": gettext_lazy("Joins the shift"),
    "led": gettext_lazy("Leader on duty from now on"),
    "given": gettext_lazy("Signs the handover: open matters %(matters)s"),
    "taken": gettext_lazy("Signs for the handover and takes the desk"),
    "refused": gettext_lazy("Refuses the handover"),
    "unhanded": gettext_lazy("Takes the desk without a handover"),
}
ACTS = {
    "telephone_reading": gettext_lazy(
        "By telephone: %(said_by)s (%(telephone)s, %(said_at)s) read %(quantity)s %(value)s %(measured_in)s%(answered)s; "
        "entered by the desk"
    ),
    "telephone_statement": gettext_lazy(
        "By telephone: %(said_by)s (%(telephone)s, %(said_at)s) said%(answered)s; entered by the desk"
    ),
}


def line_words(act: str, figures: Mapping[str, Any]) -> dict[str, str]:
    """The figures of a line of the time line that was said by telephone, as words."""
    if act not in ACTS:
        return {}
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
    card = next((one for one in shipped_checks().cards.values() if one.quantity and one.quantity.name == quantity), None)
    return measured_quantity(card) if card else quantity_name(quantity)


def step_words(step: str) -> str:
    """A step of a case in words."""
    return str(handling.STEP_NAMES[Step(step)]) if step in set(Step) else step


def unit_name(unit: str) -> str:
    """A unit as people write it."""
    return UNIT_NAMES.get(unit, unit)


def measurable() -> list[dict[str, Any]]:
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
