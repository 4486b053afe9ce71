"""Where a warning holds, as a form or a program names it: units, a circle, a polygon, along a pipe, a plume."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE, TOWN_DIGITS, governing_prefix
from tocsin.jurisdiction.face import areas_with_towns, names_of_towns
from tocsin.lifelines.face import Asset, assets_by_code
from tocsin.mobilisation.public_warnings.rules.cap.areas import read_polygon
from tocsin.mobilisation.public_warnings.rules.places import (
    Along,
    Circle,
    Place,
    Plume,
    Ring,
    Units,
    check_place,
)

MOST_UNITS = 200


@dataclass(frozen=True, kw_only=True)
class NewPlaces:
    """Every way to name a place; those that are filled in count together. Polygon: "lat,lon lat,lon …", closed by itself."""

    units: list[str] = field(default_factory=list)
    towns: str = ""
    polygon: str = ""
    lat: float | None = None
    lon: float | None = None
    radius_m: float | None = None
    asset_code: str = ""
    width_m: float | None = None
    towards_deg: float | None = None
    length_m: float | None = None
    half_angle_deg: float | None = None


def read_places(given: NewPlaces, *, region_code: str) -> list[Place]:
    """The places; InvalidInput for none, and for one that is no area or lies in no unit of the region."""
    found: list[Place] = []
    typed = given.towns.replace(",", " ").replace("，", " ").split()
    codes = tuple(dict.fromkeys([*given.units, *typed]))
    if codes:
        found.append(Units(_within(codes, region_code)))
        _refuse_unknown_towns(typed)
    if given.polygon.strip():
        found.append(_ring(given.polygon))
    if given.towards_deg is not None and given.length_m is not None:
        lat, lon = _middle(given)
        found.append(Plume(lat, lon, given.towards_deg, given.length_m, given.half_angle_deg or 30.0))
    elif given.radius_m is not None:
        lat, lon = _middle(given)
        found.append(Circle(lat, lon, given.radius_m))
    if given.asset_code.strip():
        found.append(_along(given, region_code))
    if not found:
        raise InvalidInput(_("Say where the warning holds: units, a circle, a polygon, a pipe or a plume."))
    for place in found:
        check_place(place)
    return found


def _within(codes: tuple[str, ...], region_code: str) -> tuple[str, ...]:
    """Only units that the issuer governs: nobody warns next door."""
    prefix = governing_prefix(region_code)
    outside = [code for code in codes if code == EVERYWHERE or not code.startswith(prefix)]
    if outside:
        raise InvalidInput(_("These units lie outside of the region: %(codes)s.") % {"codes": ", ".join(outside[:5])})
    if len(codes) > MOST_UNITS:
        raise InvalidInput(_("Name at most %(most)s units.") % {"most": MOST_UNITS})
    return codes


def _refuse_unknown_towns(typed: list[str]) -> None:
    """A mistyped code would warn nobody. Where no towns of a county are known, any may be meant."""
    towns = {code for code in typed if len(code) == TOWN_DIGITS}
    unknown = towns - set(names_of_towns(towns)) if towns else set()
    counties = areas_with_towns() if unknown else set()
    if told := sorted(code for code in unknown if code[:6] in counties):
        text = _("There is no street or town %(codes)s: look at its code, or enter it first by a table of areas and towns.")
        raise InvalidInput(text % {"codes": ", ".join(told[:5])})


def _ring(text: str) -> Ring:
    parts = text.replace("，", ",").split()
    if parts[0] != parts[-1]:
        parts.append(parts[0])
    return Ring(read_polygon(" ".join(parts)))


def _middle(given: NewPlaces) -> tuple[float, float]:
    if given.lat is None or given.lon is None:
        raise InvalidInput(_("A circle or a plume needs latitude and longitude."))
    return given.lat, given.lon


def _along(given: NewPlaces, region_code: str) -> Along:
    code = given.asset_code.strip()
    asset: Asset | None = assets_by_code(region_code, [code]).get(code)
    if asset is None:
        raise InvalidInput(_("There is no object %(code)s in region %(region)s.") % {"code": code, "region": region_code})
    if asset.geometry["type"] != "LineString":
        raise InvalidInput(_("%(code)s is no pipe: draw a circle round it.") % {"code": code})
    line = tuple((float(lat), float(lon)) for lon, lat, *_rest in asset.geometry["coordinates"])
    return Along(line, given.width_m or 100.0, asset.code)
