"""Words and colours of conditions and of findings at loading arms."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tocsin.hazchem.sites.rules.conditions import ArmFinding, Condition

CONDITION_NAMES: Final[dict[Condition, Promise]] = {
    Condition.ALARM: pgettext_lazy("plant equipment", "alarm"),
    Condition.LIMIT: pgettext_lazy("plant equipment", "beyond a limit"),
    Condition.OUT_OF_SERVICE: pgettext_lazy("plant equipment", "out of service"),
    Condition.BYPASSED: pgettext_lazy("plant equipment", "interlock off"),
    Condition.OFFLINE: pgettext_lazy("plant equipment", "offline"),
    Condition.PERMIT: pgettext_lazy("plant equipment", "work under permit"),
    Condition.GOOD: pgettext_lazy("plant equipment", "normal"),
    Condition.UNWATCHED: pgettext_lazy("plant equipment", "not measured"),
}
CONDITION_COLOURS: Final[dict[Condition, str]] = {
    Condition.ALARM: "red",
    Condition.LIMIT: "orange",
    Condition.OUT_OF_SERVICE: "",
    Condition.BYPASSED: "yellow",
    Condition.OFFLINE: "",
    Condition.PERMIT: "blue",
    Condition.GOOD: "good",
    Condition.UNWATCHED: "",
}
"""Classes of badges; empty: grey."""
FINDING_NAMES: Final[dict[ArmFinding, Promise]] = {
    ArmFinding.NOT_EARTHED: pgettext_lazy("loading arm", "the tanker is not earthed"),
    ArmFinding.UNATTENDED: pgettext_lazy("loading arm", "nobody is at the arm"),
    ArmFinding.INTERLOCK_OFF: pgettext_lazy("loading arm", "an interlock is off"),
    ArmFinding.EARTHING_UNKNOWN: pgettext_lazy("loading arm", "earthing is not known"),
    ArmFinding.PERSON_UNKNOWN: pgettext_lazy("loading arm", "whether somebody is there is not known"),
}
