"""Words and colours of conditions and of findings at loading arms."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tocsin.hazchem.sites.rules.conditions import ArmFinding, PlantCondition

CONDITION_NAMES: Final[dict[PlantCondition, Promise]] = {
    PlantCondition.ALARM: pgettext_lazy("plant equipment", "alarm"),
    PlantCondition.LIMIT: pgettext_lazy("plant equipment", "beyond a limit"),
    PlantCondition.OUT_OF_SERVICE: pgettext_lazy("plant equipment", "out of service"),
    PlantCondition.BYPASSED: pgettext_lazy("plant equipment", "interlock off"),
    PlantCondition.OFFLINE: pgettext_lazy("plant equipment", "offline"),
    PlantCondition.PERMIT: pgettext_lazy("plant equipment", "work under permit"),
    PlantCondition.GOOD: pgettext_lazy("plant equipment", "normal"),
    PlantCondition.UNWATCHED: pgettext_lazy("plant equipment", "not measured"),
}
CONDITION_COLOURS: Final[dict[PlantCondition, str]] = {
    PlantCondition.ALARM: "red",
    PlantCondition.LIMIT: "orange",
    PlantCondition.OUT_OF_SERVICE: "",
    PlantCondition.BYPASSED: "yellow",
    PlantCondition.OFFLINE: "",
    PlantCondition.PERMIT: "blue",
    PlantCondition.GOOD: "good",
    PlantCondition.UNWATCHED: "",
}
"""Classes of badges; empty: grey."""
FINDING_NAMES: Final[dict[ArmFinding, Promise]] = {
    ArmFinding.NOT_EARTHED: pgettext_lazy("loading arm", "the tanker is not earthed"),
    ArmFinding.UNATTENDED: pgettext_lazy("loading arm", "nobody is at the arm"),
    ArmFinding.INTERLOCK_OFF: pgettext_lazy("loading arm", "an interlock is off"),
    ArmFinding.EARTHING_UNKNOWN: pgettext_lazy("loading arm", "earthing is not known"),
    ArmFinding.PERSON_UNKNOWN: pgettext_lazy("loading arm", "whether somebody is there is not known"),
}
