"""Words of what a commitment states, how it stands, and where it differs."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.hazchem.commitments.rules import ANSWERS, UNIT_COUNTS, WORK_COUNTS, Difference, DifferenceKind, Stated

STATED_NAMES: Final[dict[str, Promise]] = {
    "units_running": pgettext_lazy("safety commitment", "units running"),
    "units_stopped": pgettext_lazy("safety commitment", "units stopped"),
    "units_repair": pgettext_lazy("safety commitment", "units under repair"),
    "special_hot_work": pgettext_lazy("safety commitment", "special hot work"),
    "first_hot_work": pgettext_lazy("safety commitment", "hot work, grade 1"),
    "second_hot_work": pgettext_lazy("safety commitment", "hot work, grade 2"),
    "confined_space": pgettext_lazy("safety commitment", "confined space"),
    "blind_plate": pgettext_lazy("safety commitment", "blind plates"),
    "height": pgettext_lazy("safety commitment", "work at height"),
    "lifting": pgettext_lazy("safety commitment", "lifting"),
    "temporary_power": pgettext_lazy("safety commitment", "temporary power"),
    "earthwork": pgettext_lazy("safety commitment", "earthwork"),
    "road_closure": pgettext_lazy("safety commitment", "road closure"),
    "repair": pgettext_lazy("safety commitment", "repair jobs"),
    "trial_production": pgettext_lazy("safety commitment", "trial production"),
    "start_or_stop": pgettext_lazy("safety commitment", "start-up or shut-down"),
    "contractors_controlled": pgettext_lazy("safety commitment", "contractors' work is under control"),
    "changes": pgettext_lazy("safety commitment", "changes of process, equipment or interlocks"),
    "values_within_limits": pgettext_lazy("safety commitment", "process values are within limits"),
    "special_equipment_safe": pgettext_lazy("safety commitment", "special equipment is safe"),
    "no_leaks": pgettext_lazy("safety commitment", "nothing leaks"),
}
STATE_NAMES: Final[dict[str, Promise]] = {
    "given": pgettext_lazy("safety commitment", "given"),
    "late": pgettext_lazy("safety commitment", "given late"),
    "missing": pgettext_lazy("safety commitment", "missing"),
    "elsewhere": pgettext_lazy("safety commitment", "told by a platform or the task"),
    "due": pgettext_lazy("safety commitment", "not yet due"),
    "not_asked": pgettext_lazy("safety commitment", "not asked for on this day"),
}
STATE_CLASSES: Final = {"given": "good", "late": "warn", "missing": "bad"}


def difference_words(one: Difference) -> str:
    """One difference as a sentence."""
    numbers = {"stated": one.stated, "seen": one.seen}
    match one.kind:
        case DifferenceKind.UNITS:
            return _("Units: %(stated)s stated, %(seen)s entered.") % numbers
        case DifferenceKind.WORKS:
            return _("No unit is stated to run, but the firm is seen to work.")
        case DifferenceKind.STANDS:
            return _("%(stated)s units are stated to run, but the firm is seen to stand still.") % numbers
        case DifferenceKind.PERMITS:
            told = {**numbers, "work": STATED_NAMES[one.work]}
            return _("%(work)s: %(stated)s stated, %(seen)s permitted.") % told
        case DifferenceKind.LIMITS:
            return _("Values are stated to be within limits, but %(seen)s points are beyond one.") % numbers
        case DifferenceKind.ALARMS:
            return _("Values are stated to be within limits, but %(seen)s sensors are in alarm.") % numbers
        case DifferenceKind.LEAKS:
            return _("It is stated that nothing leaks, but %(seen)s gas sensors are in alarm.") % numbers
        case DifferenceKind.BYPASSED:
            return _("No changes are stated, but %(seen)s interlocks are bypassed.") % numbers


def unit_words(stated: Stated) -> str:
    """Units by their state: units running × 3, units stopped × 1."""
    return _named(stated, UNIT_COUNTS)


def work_words(stated: Stated) -> str:
    """Works of the day by kind, those that there are; that there are none."""
    return _named(stated, WORK_COUNTS) or _("no special operations")


def answer_words(stated: Stated) -> str:
    """What is answered with yes, and after it what with no."""
    yes = [str(STATED_NAMES[name]) for name in ANSWERS if getattr(stated, name)]
    no = [str(STATED_NAMES[name]) for name in ANSWERS if not getattr(stated, name)]
    parts = [_("yes: %(names)s") % {"names": ", ".join(yes)}] if yes else []
    return "; ".join(parts + ([_("no: %(names)s") % {"names": ", ".join(no)}] if no else []))


def _named(stated: Stated, names: tuple[str, ...]) -> str:
    return ", ".join(f"{STATED_NAMES[name]} × {getattr(stated, name)}" for name in names if getattr(stated, name))
