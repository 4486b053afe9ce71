"""Words for states, tiers, reasons, measures and triggers of risk warnings."""

from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.hazchem.risk_warnings.rules import RiskMeasure, RiskReason, RiskState, RiskTier

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

STATE_NAMES: Final[dict[str, Promise]] = {
    RiskState.PUSHED: pgettext_lazy("risk warning", "pushed, not confirmed"),
    RiskState.CONFIRMED: pgettext_lazy("risk warning", "confirmed, not answered"),
    RiskState.ANSWERED: pgettext_lazy("risk warning", "answered, to be checked"),
    RiskState.CLOSED: pgettext_lazy("risk warning", "closed"),
}
LEVEL_NAMES: Final[dict[int, Promise]] = {
    4: pgettext_lazy("risk warning", "major risk"),
    3: pgettext_lazy("risk warning", "larger risk"),
    2: pgettext_lazy("risk warning", "general risk"),
    1: pgettext_lazy("risk warning", "low risk"),
}
LEVEL_CLASSES: Final[dict[int, str]] = {4: "red", 3: "orange", 2: "yellow", 1: "blue"}
TIER_NAMES: Final[dict[str, "StrPromise"]] = {
    RiskTier.FIRM: pgettext_lazy("tier of a risk warning", "firm"),
    RiskTier.PARK: pgettext_lazy("tier of a risk warning", "park"),
    RiskTier.COUNTY: pgettext_lazy("tier of a risk warning", "county"),
    RiskTier.CITY: pgettext_lazy("tier of a risk warning", "city"),
    RiskTier.PROVINCE: pgettext_lazy("tier of a risk warning", "province"),
}
REASON_NAMES: Final[dict[str, Promise]] = {
    RiskReason.PROCESS_UPSET: pgettext_lazy("reason of a plant's alarm", "upset of the process"),
    RiskReason.EQUIPMENT_FAULT: pgettext_lazy("reason of a plant's alarm", "fault of equipment"),
    RiskReason.INSTRUMENT_FAULT: pgettext_lazy("reason of a plant's alarm", "fault of an instrument"),
    RiskReason.OPERATING_ERROR: pgettext_lazy("reason of a plant's alarm", "operating error"),
    RiskReason.UTILITY_FAILURE: pgettext_lazy("reason of a plant's alarm", "failure of power, steam, water or air"),
    RiskReason.PLANNED_WORK: pgettext_lazy("reason of a plant's alarm", "planned work or test"),
    RiskReason.WEATHER: pgettext_lazy("reason of a plant's alarm", "weather"),
    RiskReason.LEAK: pgettext_lazy("reason of a plant's alarm", "leak"),
    RiskReason.OTHER: pgettext_lazy("reason of a plant's alarm", "another reason"),
}
MEASURE_NAMES: Final[dict[str, Promise]] = {
    RiskMeasure.ADJUSTED: pgettext_lazy("measure at a plant's alarm", "process adjusted"),
    RiskMeasure.ISOLATED: pgettext_lazy("measure at a plant's alarm", "equipment isolated"),
    RiskMeasure.STOPPED: pgettext_lazy("measure at a plant's alarm", "unit stopped"),
    RiskMeasure.REPAIRED: pgettext_lazy("measure at a plant's alarm", "equipment repaired"),
    RiskMeasure.INSTRUMENT_REPAIRED: pgettext_lazy("measure at a plant's alarm", "instrument repaired or calibrated"),
    RiskMeasure.EVACUATED: pgettext_lazy("measure at a plant's alarm", "people withdrawn"),
    RiskMeasure.WATCHED: pgettext_lazy("measure at a plant's alarm", "watched on site"),
    RiskMeasure.OTHER: pgettext_lazy("measure at a plant's alarm", "another measure"),
}
_TRIGGERS: Final[dict[str, Promise]] = {
    "at_once": pgettext_lazy("why a tier was told", "at once, by the level"),
    "confirm": pgettext_lazy("why a tier was told", "the firm did not confirm in time"),
    "answer": pgettext_lazy("why a tier was told", "the firm did not answer in time"),
    "check": pgettext_lazy("why a tier was told", "nobody checked the answer in time"),
}


def trigger_name(trigger: str) -> str:
    """Why a tier was told."""
    if trigger.startswith("take-"):
        return _("no note taken in time: %(tier)s") % {"tier": TIER_NAMES[trigger.removeprefix("take-")]}
    return str(_TRIGGERS[trigger])
