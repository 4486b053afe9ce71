"""The words of the duty desk: its log, its handovers, and what was said by telephone."""

from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.command.duty.rules import Change, MatterKind
from tocsin.command.shifts.rules import EntryKind, ShiftEnd, ShiftStanding

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
CHANGE_NAMES = {
    Change.NEW: pgettext_lazy("open matter since the last handover", "new"),
    Change.CHANGED: pgettext_lazy("open matter since the last handover", "changed"),
    Change.SAME: pgettext_lazy("open matter since the last handover", "as before"),
    Change.OVER: pgettext_lazy("open matter since the last handover", "over"),
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
