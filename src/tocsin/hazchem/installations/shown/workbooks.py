"""Sheets and cells of a plant's tables in words."""

from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.hazchem.installations.rules.workbook import PlantSheet
from tocsin.hazchem.installations.shown import names
from tocsin.screens.words import figure

SHEET_NAMES: Final = {
    PlantSheet.UNITS: pgettext_lazy("sheet of a plant", "units"),
    PlantSheet.EQUIPMENT: pgettext_lazy("sheet of a plant", "equipment"),
    PlantSheet.SUBSTANCES: pgettext_lazy("sheet of a plant", "substances"),
    PlantSheet.POINTS: pgettext_lazy("sheet of a plant", "points"),
    PlantSheet.JOINTS: pgettext_lazy("sheet of a plant", "pipes"),
}
_ENUMS: Final[dict[tuple[PlantSheet, str], dict[str, Promise]]] = {
    (PlantSheet.UNITS, "kind"): names.UNIT_NAMES,
    (PlantSheet.UNITS, "area"): names.AREA_NAMES,
    (PlantSheet.EQUIPMENT, "kind"): names.EQUIPMENT_NAMES,
    (PlantSheet.EQUIPMENT, "shape"): names.SHAPE_NAMES,
    (PlantSheet.POINTS, "kind"): names.POINT_NAMES,
}


def cell_in_words(sheet: PlantSheet, column: str, value: object) -> str:
    """What a column of a sheet holds, by its name inside."""
    match value:
        case None | "":
            return "–"
        case bool():
            return _("yes") if value else _("no")
        case float() | int():
            return figure(value)
        case date():
            return value.isoformat()
        case list():
            return " ".join(map(str, value)) or "–"
    told = _ENUMS.get((sheet, column), {}).get(str(value))
    return str(told) if told is not None else str(value)
