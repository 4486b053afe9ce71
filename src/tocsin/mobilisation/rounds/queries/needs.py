"""For which warning volunteers are needed, and where."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely
from django.urls import reverse

from tocsin.base.geometry import distance_m
from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import towns_within
from tocsin.mobilisation.public_warnings.models import PublicWarning
from tocsin.mobilisation.public_warnings.queries.reach import concerned_codes
from tocsin.mobilisation.public_warnings.queries.warnings import county_shapes, places_of, shape_of_unit, visible_warnings
from tocsin.mobilisation.public_warnings.rules.places import shape_of
from tocsin.mobilisation.public_warnings.shown.warnings import headline_of
from tocsin.mobilisation.rounds.queries.walks import WARNING
from tocsin.mobilisation.volunteers.queries.needs import NeedSubject

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


@dataclass(frozen=True)
class Whereabouts:
    """Where people are needed: a spot, how far round it, and the one county or none."""

    lon: float
    lat: float
    radius_m: float
    region_code: str
    area_code: str


def warning_in_need(user: "Person", label: str) -> NeedSubject:
    """A public warning as a need names it, by its id; DoesNotExist for one that the user may not see."""
    try:
        warning = visible_warnings(user).get(pk=label)
    except ValueError:
        raise PublicWarning.DoesNotExist(label) from None
    return NeedSubject(
        WARNING,
        warning.pk,
        str(warning.pk),
        warning.region_code,
        AlarmLevel[warning.level.upper()],
        reverse("public_warning", args=[warning.pk]),
        is_drill=warning.exercise,
        words=headline_of(warning),
    )


def whereabouts_of(warning: PublicWarning, town_code: str = "") -> Whereabouts:
    """The middle of the warned area, or of the part of it in a town's county: the borders of towns are not known."""
    counties = county_shapes()
    concerned = (town_code,) if town_code else concerned_codes(warning)
    codes = sorted({county for code in concerned for county in counties if _meet(county, code)})
    area = shapely.union_all([shape_of(place, shape_of_unit) for place in places_of(warning)])
    within = shapely.union_all([counties[code] for code in codes]) if codes else area
    part = shapely.intersection(area, within)
    shape = within if part.is_empty else part
    spot = shape.representative_point()
    west, south, east, north = shape.bounds
    reach = max(distance_m(spot.x, spot.y, lon, lat) for lat in (south, north) for lon in (west, east))
    one = codes[0] if len(codes) == 1 else ""
    return Whereabouts(spot.x, spot.y, reach, one or warning.region_code, one)


def place_of(warning: PublicWarning, town_code: str) -> str:
    """The town by name, or what the warning calls its area."""
    if town_code:
        return towns_within([town_code]).get(town_code, town_code)
    texts = warning.texts.get("zh") or warning.texts.get("en") or {}
    return str(texts.get("area", ""))[:120] or headline_of(warning)[:120]


def _meet(county: str, code: str) -> bool:
    """Whether a county is, holds or lies in the unit of that code."""
    unit = governing_prefix(code)
    return county.startswith(unit) or unit.startswith(county)
