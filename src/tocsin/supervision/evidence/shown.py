"""Names of sources, and of the levels that platforms stand on."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tocsin.engine.work.firm import Source

LEVEL_NAMES: Final[dict[str, Promise]] = {
    "firm": pgettext_lazy("level of a platform", "firm"),
    "town": pgettext_lazy("level of a platform", "town"),
    "county": pgettext_lazy("level of a platform", "county"),
    "city": pgettext_lazy("level of a platform", "city"),
    "province": pgettext_lazy("level of a platform", "province"),
    "utility": pgettext_lazy("level of a platform", "utility"),
    "grid": pgettext_lazy("level of a platform", "grid"),
}


def level_name(level: str) -> str:
    """A platform's level in words; one that no policy names stays as it was told."""
    return str(LEVEL_NAMES.get(level, level))


SOURCE_NAMES: Final[dict[str, Promise]] = {
    "power": pgettext_lazy("evidence", "power"),
    Source.DECLARATION: pgettext_lazy("evidence", "declaration of the firm"),
    Source.COMMITMENT: pgettext_lazy("evidence", "daily safety commitment"),
    Source.GATE_HEADCOUNT: pgettext_lazy("evidence", "people through the gate"),
    Source.GAS_USE: pgettext_lazy("evidence", "use of gas"),
    Source.WATER_USE: pgettext_lazy("evidence", "use of water"),
    Source.TRUCK_COUNT: pgettext_lazy("evidence", "loaded trucks"),
    Source.EMISSION_MONITOR: pgettext_lazy("evidence", "flue gas flow"),
    Source.TANK_MOVEMENT: pgettext_lazy("evidence", "movement of tanks"),
    Source.PERMITS: pgettext_lazy("evidence", "special operation permits"),
    Source.VIDEO: pgettext_lazy("evidence", "sightings on video"),
    Source.INSPECTOR_VISIT: pgettext_lazy("evidence", "visit of an inspector"),
    Source.PUBLIC_REPORT: pgettext_lazy("evidence", "report of a citizen"),
}


def source_name(source: str) -> str:
    """A kind of evidence in the reader's words; one that has none by its own name."""
    return str(SOURCE_NAMES.get(source, source))
