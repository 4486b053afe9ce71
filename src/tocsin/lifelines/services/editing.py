"""Networks are edited object by object: entered, changed, moved, split, joined, removed; every change kept with what was."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.engine.features import LINE_KINDS, POINT_KINDS
from tocsin.jurisdiction.face import organisation_by_code
from tocsin.lifelines.models import VALUES, Asset
from tocsin.lifelines.queries.edits import lines_at, mark, places_of, values_of
from tocsin.lifelines.queries.networks import visible_assets
from tocsin.lifelines.rules import edits as rules
from tocsin.lifelines.rules.edits import EditAct, Place, Values
from tocsin.lifelines.services.edits import (
    MOST_PLACES,
    Edit,
    codes_of,
    editing,
    require_keeper,
    require_keeper_somewhere,
    take_places,
)

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_NODE_OF: Final = {
    "gas_main": "valve",
    "water_main": "valve",
    "sewer": "manhole",
    "storm_drain": "manhole",
}
"""Kind of a new point at which a line is split; a chamber where none is named."""


@dataclass(frozen=True, kw_only=True)
class AssetFacts:
    """What the register tells of an object beside its place. `operable` is of a valve; "" is not known."""

    name: str = ""
    owner_code: str = ""
    street: str = ""
    material: str = ""
    utility: str = ""
    use: str = ""
    depth_m: float | None = None
    diameter_mm: float | None = None
    nominal_pressure_kpa: float | None = None
    ground_elevation_m: float | None = None
    installed: int | None = None
    buried: bool = False
    operable: Literal["", "yes", "no"] = ""
    last_checked: date | None = None


@dataclass(frozen=True, kw_only=True)
class NewAsset:
    """An object that the register lacks: one place of a point, two or more of a line, with the points at its ends."""

    region_code: str
    code: str
    kind: str
    places: Sequence[Place]
    from_code: str = ""
    to_code: str = ""
    facts: AssetFacts = field(default_factory=AssetFacts)


def create_asset(*, actor: "User", new: NewAsset, reason: str, now: datetime) -> Asset:
    """A new object. Conflict where the code is taken; InvalidInput for what an import would refuse, too."""
    if new.kind not in POINT_KINDS + LINE_KINDS:
        known = ", ".join(POINT_KINDS + LINE_KINDS)
        raise InvalidInput(_("There is no kind %(kind)s; known are %(known)s.") % {"kind": new.kind or "–", "known": known})
    asset = Asset(code=new.code.strip(), kind=new.kind, region_code=new.region_code)
    with editing(actor, new.region_code, EditAct.CREATED, reason, now) as edit:
        require_keeper_somewhere(actor, new.region_code)
        if Asset.objects.filter(region_code=new.region_code, code=asset.code).exists():
            raise Conflict(_("There is an object %(code)s already.") % {"code": asset.code})
        if new.kind not in POINT_KINDS:
            asset.from_code, asset.to_code = new.from_code.strip(), new.to_code.strip()
        _take_facts(asset, new.facts)
        take_places(asset, _at_their_points(asset, new.places))
        edit.write(asset, None)
    return asset


def change_asset(*, actor: "User", asset_id: UUID, facts: AssetFacts, seen: str, reason: str, now: datetime) -> Asset:
    """Other facts of an object. Conflict where it is no longer as the actor has `seen` it (`mark`)."""
    shown = visible_assets(actor).get(pk=asset_id)
    with editing(actor, shown.region_code, EditAct.CHANGED, reason, now) as edit:
        asset, before = _locked(actor, asset_id, seen)
        _take_facts(asset, facts)
        if values_of(asset) == before:
            raise InvalidInput(_("Nothing is changed."))
        edit.write(asset, before)
    return asset


def move_asset(*, actor: "User", asset_id: UUID, places: Sequence[Place], seen: str, reason: str, now: datetime) -> Asset:
    """Another place of a point, with the ends of all lines that end there; another course of a line between its ends."""
    shown = visible_assets(actor).get(pk=asset_id)
    with editing(actor, shown.region_code, EditAct.MOVED, reason, now) as edit:
        asset, before = _locked(actor, asset_id, seen)
        take_places(asset, _at_their_points(asset, places))
        edit.write(asset, before)
        if asset.kind in POINT_KINDS:
            _pull_lines(edit, asset)
    return asset


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Where a line is split: at the point of that code, which is made there where the region has none; the second part's code."""

    lon: float
    lat: float
    point_code: str
    second_code: str


def split_line(*, actor: "User", asset_id: UUID, cut: Cut, seen: str, reason: str, now: datetime) -> tuple[Asset, Asset]:
    """A line becomes two with a point between. The first part stays the object that it was, with all that refers to it."""
    shown = visible_assets(actor).get(pk=asset_id)
    point_code, second_code = cut.point_code.strip(), cut.second_code.strip()
    with editing(actor, shown.region_code, EditAct.SPLIT, reason, now) as edit:
        first, before = _locked(actor, asset_id, seen)
        if first.kind not in LINE_KINDS:
            raise InvalidInput(_("Only lines are split."))
        if Asset.objects.filter(region_code=first.region_code, code=second_code).exists():
            raise Conflict(_("There is an object %(code)s already.") % {"code": second_code})
        point = Asset.objects.filter(region_code=first.region_code, code=point_code).first()
        place = (point.lon, point.lat) if point else (cut.lon, cut.lat)
        one, other = rules.split(places_of(first), place)
        if point is None:
            point = Asset(code=point_code, kind=_NODE_OF.get(first.kind, "chamber"), region_code=first.region_code)
            point.owner, point.owner_code, point.street, point.utility = (
                first.owner,
                first.owner_code,
                first.street,
                first.utility,
            )
            take_places(point, [one[-1]])
            edit.write(point, None)
        elif point.kind not in POINT_KINDS:
            raise InvalidInput(_("%(code)s is a line: a line is split at a point.") % {"code": point_code})
        at = (point.lon, point.lat)
        second = Asset(code=second_code, region_code=first.region_code, **{name: getattr(first, name) for name in VALUES})
        second.owner, second.from_code = first.owner, point.code
        first.to_code = point.code
        take_places(first, rules.with_end(one, begins=False, place=at))
        take_places(second, rules.with_end(other, begins=True, place=at))
        edit.write(first, before)
        edit.write(second, None)
    return first, second


def join_lines(*, actor: "User", asset_id: UUID, other_code: str, seen: str, reason: str, now: datetime) -> Asset:
    """Two lines of one kind and owner that follow each other become one; the point between stays, and no line ends there.

    InvalidInput where they differ in what the register tells of them; Conflict where something stands between them, a third
    line ends there, or others know of the second.
    """
    shown = visible_assets(actor).get(pk=asset_id)
    with editing(actor, shown.region_code, EditAct.JOINED, reason, now) as edit:
        first, before = _locked(actor, asset_id, seen)
        second = visible_assets(actor).filter(region_code=first.region_code, code=other_code.strip()).first()
        if second is None or second.pk == first.pk or {first.kind, second.kind} - set(LINE_KINDS):
            raise InvalidInput(_("Name another line of the region; %(code)s is none.") % {"code": other_code or "–"})
        _require_alike(first, second)
        between = _point_between(first, second)
        whole = rules.join(places_of(first), places_of(second))
        ends = {first.from_code, first.to_code, second.from_code, second.to_code} - {between}
        outer = ends - {first.from_code, first.to_code} or {between}
        edit.remove(second)
        if first.to_code == between:
            first.to_code = outer.pop()
        else:
            first.from_code = outer.pop()
        take_places(first, whole)
        edit.write(first, before)
    return first


def remove_asset(*, actor: "User", asset_id: UUID, seen: str, reason: str, now: datetime) -> None:
    """Takes an object out of the register. InvalidInput without a reason; Conflict where something ends there or refers to it."""
    shown = visible_assets(actor).get(pk=asset_id)
    require_keeper(actor, shown)
    if not reason.strip():
        raise InvalidInput(_("Say why it goes."))
    with editing(actor, shown.region_code, EditAct.REMOVED, reason, now) as edit:
        asset, _before = _locked(actor, asset_id, seen)
        edit.remove(asset)


def _locked(actor: "User", asset_id: UUID, seen: str) -> tuple[Asset, Values]:
    """The asset as it is now, under the region's lock, and its values."""
    asset = Asset.objects.select_related("owner").get(pk=asset_id)
    require_keeper(actor, asset)
    if seen != mark(asset):
        raise Conflict(_("%(code)s has been changed meanwhile: look at it again.") % {"code": asset.code})
    return asset, values_of(asset)


def _take_facts(asset: Asset, facts: AssetFacts) -> None:
    for name in ("name", "street", "material", "utility", "use"):
        setattr(asset, name, getattr(facts, name).strip())
    for name in ("depth_m", "diameter_mm", "nominal_pressure_kpa", "ground_elevation_m", "installed", "buried"):
        setattr(asset, name, getattr(facts, name))
    code = facts.owner_code.strip()
    if code != asset.owner_code:
        asset.owner = organisation_by_code(code, asset.region_code) if code else None
        if code and asset.owner is None:
            raise InvalidInput(_("There is no body %(code)s in region %(region)s.") % {"code": code, "region": asset.region_code})
        asset.owner_code = code
    told = {**asset.properties}
    for name, value in (
        ("operable", {"": None, "yes": True, "no": False}[facts.operable]),
        ("last_checked", facts.last_checked.isoformat() if facts.last_checked else None),
    ):
        told.pop(name, None)
        if value is not None:
            told[name] = value
    asset.properties = told


def _at_their_points(asset: Asset, places: Sequence[Place]) -> list[Place]:
    """A line begins and ends at the points that it names, where it is drawn to within some metres of them."""
    drawn = list(places)
    if asset.kind in POINT_KINDS:
        return drawn
    if len(drawn) < 2:
        raise InvalidInput(_("A point has one place, a line at least two and at most %(most)s.") % {"most": MOST_PLACES})
    for code, begins in ((asset.from_code, True), (asset.to_code, False)):
        if not code:
            continue
        point = Asset.objects.filter(region_code=asset.region_code, code=code, kind__in=POINT_KINDS).first()
        if point is None:
            raise InvalidInput(_("There is no point %(code)s in the region.") % {"code": code})
        place = (point.lon, point.lat)
        apart = rules.metres(drawn[0 if begins else -1], place)
        if apart > rules.ON_THE_LINE_M:
            words = {"code": code, "apart": round(apart)}
            raise InvalidInput(_("The line is drawn to %(apart)s m beside %(code)s, where it ends.") % words)
        drawn = rules.with_end(drawn, begins=begins, place=place)
    return drawn


def _pull_lines(edit: Edit, point: Asset) -> None:
    """The lines that end at a point come with it; NotAllowed where one is not the actor's."""
    for line in lines_at(point):
        before, places = values_of(line), places_of(line)
        for code, begins in ((line.from_code, True), (line.to_code, False)):
            if code == point.code:
                places = rules.with_end(places, begins=begins, place=(point.lon, point.lat))
        take_places(line, places)
        edit.write(line, before)


def _require_alike(first: Asset, second: Asset) -> None:
    told = ("kind", "owner_code", "diameter_mm", "material", "nominal_pressure_kpa", "utility", "installed")
    differing = [name for name in told if getattr(first, name) != getattr(second, name)]
    if differing:
        raise InvalidInput(_("The two lines differ in %(names)s: one line has one of each.") % {"names": ", ".join(differing)})


def _point_between(first: Asset, second: Asset) -> str:
    """The code of the point at which both end; InvalidInput where there is none or two, Conflict where it keeps them apart."""
    common = ({first.from_code, first.to_code} & {second.from_code, second.to_code}) - {""}
    if len(common) != 1:
        raise InvalidInput(
            _("The two lines do not follow each other: they have %(count)s ends in common.") % {"count": len(common)}
        )
    code = common.pop()
    point = Asset.objects.filter(region_code=first.region_code, code=code).first()
    if point is not None and point.kind in rules.KEEPS_APART:
        words = {"kind": point.get_kind_display(), "code": code}
        raise Conflict(_("A %(kind)s stands between them (%(code)s): what it parts are two lines.") % words)
    third = [one for one in (lines_at(point) if point else []) if one.pk not in (first.pk, second.pk)]
    if third:
        raise Conflict(_("Lines end at %(code)s: %(lines)s.") % {"code": code, "lines": codes_of(third)})
    return code
