"""Words for kinds, grades, limits and notes."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tocsin.engine.major_hazard import Note, UnitKind
from tocsin.engine.tanks import TankShape
from tocsin.hazchem.installations.rules.kinds import EquipmentKind, InterlockState, KeyArea, PointKind
from tocsin.hazchem.installations.rules.registration import AssessmentState, FilingState

UNIT_NAMES: Final[dict[str, Promise]] = {
    UnitKind.PRODUCTION: pgettext_lazy("unit of a plant", "production unit"),
    UnitKind.STORAGE: pgettext_lazy("unit of a plant", "storage unit"),
}
AREA_NAMES: Final[dict[str, Promise]] = {
    KeyArea.TANK_FARM: pgettext_lazy("key area of a plant", "tank farm"),
    KeyArea.LOADING: pgettext_lazy("key area of a plant", "loading"),
    KeyArea.CONTROL_ROOM: pgettext_lazy("key area of a plant", "control room"),
    KeyArea.MAINTENANCE: pgettext_lazy("key area of a plant", "maintenance"),
}
EQUIPMENT_NAMES: Final[dict[str, Promise]] = {
    EquipmentKind.TANK: pgettext_lazy("plant equipment", "tank"),
    EquipmentKind.PRESSURE_VESSEL: pgettext_lazy("plant equipment", "pressure vessel"),
    EquipmentKind.REACTOR: pgettext_lazy("plant equipment", "reactor"),
    EquipmentKind.COLUMN: pgettext_lazy("plant equipment", "column"),
    EquipmentKind.LOADING_ARM: pgettext_lazy("plant equipment", "loading arm"),
    EquipmentKind.WAREHOUSE_BAY: pgettext_lazy("plant equipment", "bay of a warehouse"),
    EquipmentKind.CYLINDER_STORE: pgettext_lazy("plant equipment", "cylinder store"),
    EquipmentKind.PIPELINE: pgettext_lazy("plant equipment", "pipeline"),
    EquipmentKind.OTHER: pgettext_lazy("plant equipment", "other equipment"),
}
SHAPE_NAMES: Final[dict[str, Promise]] = {
    TankShape.VERTICAL: pgettext_lazy("shape of a tank", "standing cylinder"),
    TankShape.HORIZONTAL: pgettext_lazy("shape of a tank", "lying cylinder"),
    TankShape.SPHERE: pgettext_lazy("shape of a tank", "sphere"),
}
POINT_NAMES: Final[dict[str, Promise]] = {
    PointKind.LEVEL: pgettext_lazy("point of a plant", "level"),
    PointKind.TEMPERATURE: pgettext_lazy("point of a plant", "temperature"),
    PointKind.PRESSURE: pgettext_lazy("point of a plant", "pressure"),
    PointKind.INFLOW: pgettext_lazy("point of a plant", "inflow"),
    PointKind.OUTFLOW: pgettext_lazy("point of a plant", "outflow"),
    PointKind.GAS: pgettext_lazy("point of a plant", "gas"),
    PointKind.FLAME: pgettext_lazy("point of a plant", "flame"),
    PointKind.TANKER: pgettext_lazy("point of a plant", "tanker there"),
    PointKind.EARTHING: pgettext_lazy("point of a plant", "earthing"),
    PointKind.ATTENDANCE: pgettext_lazy("point of a plant", "person there"),
    PointKind.INTERLOCK: pgettext_lazy("point of a plant", "interlock"),
}
INTERLOCK_NAMES: Final[dict[str, Promise]] = {
    InterlockState.IN_USE: pgettext_lazy("interlock", "in use"),
    InterlockState.BYPASSED: pgettext_lazy("interlock", "bypassed"),
    InterlockState.FAILED: pgettext_lazy("interlock", "failed"),
}
GRADE_NAMES: Final[dict[str, Promise]] = {
    "I": pgettext_lazy("major hazard", "grade I"),
    "II": pgettext_lazy("major hazard", "grade II"),
    "III": pgettext_lazy("major hazard", "grade III"),
    "IV": pgettext_lazy("major hazard", "grade IV"),
    "": pgettext_lazy("major hazard", "no major hazard"),
}
GRADE_COLOURS: Final[dict[str, str]] = {"I": "red", "II": "orange", "III": "yellow", "IV": "blue", "": ""}
FILING_NAMES: Final[dict[FilingState, Promise]] = {
    FilingState.NOT_NEEDED: pgettext_lazy("filing of a major hazard", "needs none"),
    FilingState.MISSING: pgettext_lazy("filing of a major hazard", "not filed"),
    FilingState.OUTDATED: pgettext_lazy("filing of a major hazard", "to be filed anew"),
    FilingState.FILED: pgettext_lazy("filing of a major hazard", "filed"),
    FilingState.TO_CANCEL: pgettext_lazy("filing of a major hazard", "to be cancelled: no major hazard any more"),
}
ASSESSMENT_NAMES: Final[dict[AssessmentState, Promise]] = {
    AssessmentState.NOT_NEEDED: pgettext_lazy("assessment of a major hazard", "needs none"),
    AssessmentState.MISSING: pgettext_lazy("assessment of a major hazard", "never assessed"),
    AssessmentState.OVER: pgettext_lazy("assessment of a major hazard", "its assessment is over"),
    AssessmentState.SOON: pgettext_lazy("assessment of a major hazard", "its assessment ends soon"),
    AssessmentState.GOOD: pgettext_lazy("assessment of a major hazard", "assessed"),
}
STANDING_NAMES: Final[dict[str, Promise]] = {
    "high_high": pgettext_lazy("limit reached", "HH"),
    "low_low": pgettext_lazy("limit reached", "LL"),
    "high": pgettext_lazy("limit reached", "H"),
    "low": pgettext_lazy("limit reached", "L"),
    "": pgettext_lazy("limit reached", "within limits"),
}
STANDING_COLOURS: Final[dict[str, str]] = {"high_high": "red", "low_low": "red", "high": "orange", "low": "orange", "": "good"}
NOTE_NAMES: Final[dict[Note, Promise]] = {
    Note.CLASSES_NOT_USED: pgettext_lazy("note of a major hazard", "named in table 1, so its classes do not count"),
    Note.CONTENT_ASSUMED: pgettext_lazy("note of a major hazard", "its content is not told: taken as above the row's limit"),
    Note.SEVERAL_ROWS: pgettext_lazy("note of a major hazard", "several rows have this name: the least critical quantity"),
    Note.BELOW_CONTENT: pgettext_lazy("note of a major hazard", "below the content of its row: counts by its classes"),
    Note.MIXTURE_AS_PURE: pgettext_lazy("note of a major hazard", "a mixture of the pure substance's class: counts whole"),
    Note.MIXTURE_BY_CLASS: pgettext_lazy("note of a major hazard", "a mixture of another class: counts by that"),
    Note.WITHOUT_CLASS: pgettext_lazy("note of a major hazard", "none of the dangers of the standard"),
    Note.SEVERAL_CLASSES: pgettext_lazy("note of a major hazard", "several classes: the least critical quantity"),
}
