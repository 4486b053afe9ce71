"""The map of a case: what rang, what may have caused it and by which way, who works there."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from tocsin.atlas.face import Frame, Line, Mark, draw_map
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.papers import as_of, percent
from tocsin.command.casebook.queries.cases import members_of
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.command.orders.models import OrderEntry
from tocsin.lifelines.face import assets_by_code, features
from tocsin.screens.words import LEVEL_NAMES
from tocsin.warning.face import HypothesisOut, cause_kind

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

NETWORK_KINDS = (
    "gas_main",
    "water_main",
    "heat_main_supply",
    "heat_main_return",
    "sewer",
    "storm_drain",
    "power_cable",
    "telecom_duct",
)
BEYOND_DEGREES = 0.004  # an asset is asked for by its middle: one that only reaches into the picture lies outside it


def map_of_case(user: "Person", case: Case, hypotheses: list[HypothesisOut], *, now: datetime) -> dict[str, str] | None:
    """SVG and caption; None for a case without a place. `hypotheses`: of the lead alarm, the likeliest first, may be empty."""
    told = describe_case(case)
    if told.lon is None or told.lat is None:
        return None
    marks = [Mark(_level(case.level or case.peak_level), told.lon, told.lat, f"{told.title}\n{told.place}")]
    lines: list[Line] = []
    cause = next((one for one in hypotheses if one.lon is not None), None)
    if cause is not None and cause.lon is not None and cause.lat is not None:
        marks.append(Mark("cause", cause.lon, cause.lat, f"{cause.label}\n{percent(cause.probability)}"))
        lines = _way(case, cause, (cause.lon, cause.lat), (told.lon, told.lat))
    marks += _units(case)
    marks += [
        Mark(_level(row.alarm.level or row.alarm.peak_level), row.alarm.lon, row.alarm.lat)
        for row in members_of(case)
        if row.alarm_id != case.lead_id and row.alarm.lon is not None and row.alarm.lat is not None
    ]
    frame = Frame.around([(one.lon, one.lat) for one in marks])  # not the evidence: it may be a heating station across the city
    west, south, east, north = frame.box
    within = (west - BEYOND_DEGREES, south - BEYOND_DEGREES, east + BEYOND_DEGREES, north + BEYOND_DEGREES)
    svg = draw_map(
        frame,
        folder=settings.CONFIGURATION.data / "atlas",
        language=get_language() or settings.LANGUAGE_CODE,
        networks=features(user, within=within),
        lines=lines,
        marks=[*marks, *_evidence(cause)],
        legend=_legend(),
        notes=(_("Networks: internal use only"), as_of(now)),
    )
    return {"svg": svg, "caption": _("Map of case %(number)s. %(as_of)s") % {"number": case.number, "as_of": as_of(now)}}


def _way(case: Case, cause: HypothesisOut, spot: tuple[float, float], place: tuple[float, float]) -> list[Line]:
    """The pipe at fault and the way from it to the alarm, as the console draws them."""
    lines = []
    asset = assets_by_code(case.region_code, [cause.asset_code]).get(cause.asset_code) if cause.asset_code else None
    if asset is not None and asset.geometry["type"] == "LineString":
        lines.append(Line("segment", asset.geometry, asset.kind))
    if cause.way_geometry:
        lines.append(Line("course", cause.way_geometry))
    elif spot != place:
        lines.append(Line("nearness", {"type": "LineString", "coordinates": [place, spot]}))
    return lines


def _evidence(cause: HypothesisOut | None) -> list[Mark]:
    return [
        Mark("for" if item.supports else "against", item.lon, item.lat)
        for item in (cause.evidence if cause is not None else ())
        if item.lon is not None and item.lat is not None
    ]


def _units(case: Case) -> list[Mark]:
    """Where each unit last said that it is."""
    last: dict[Any, Mark] = {}
    for entry in OrderEntry.objects.filter(order__case=case).select_related("order__unit").order_by("at"):
        if "lon" in entry.data and "lat" in entry.data:
            last[entry.order.unit_id] = Mark("unit", entry.data["lon"], entry.data["lat"], str(entry.order.unit))
    return list(last.values())


def _level(level: int) -> Any:
    return AlarmLevel(level or AlarmLevel.BLUE).name.lower()


def _legend() -> dict[str, str]:
    levels = {_level(level): str(LEVEL_NAMES[level]) for level in (4, 3, 2, 1)}
    return {
        **levels,
        "cause": pgettext("legend of a map", "possible cause"),
        "segment": pgettext("legend of a map", "possibly at fault"),
        "course": pgettext("legend of a map", "way to the alarm"),
        "nearness": pgettext("legend of a map", "as the crow flies"),
        "for": pgettext("legend of a map", "speaks for it"),
        "against": pgettext("legend of a map", "speaks against it"),
        "unit": pgettext("legend of a map", "unit, as last told"),
        **{kind: cause_kind(kind) for kind in NETWORK_KINDS},
    }
