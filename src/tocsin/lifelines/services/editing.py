"""Networks are edited object by object: rights checked, lines and their ends kept together, and every change kept with what was.

Each act is one transaction under the region's lock, so that two people, or a person and an import, never write at once. Processes
read the network anew afterwards.
"""

import math
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.engine.features import LINE_KINDS, POINT_KINDS, read_feature
from tocsin.jurisdiction.face import may, organisation_by_code
from tocsin.lifelines import rules
from tocsin.lifelines.models import VALUES, Asset, AssetChange, NetworkCorrection, NetworkVersion
from tocsin.lifelines.queries.networks import visible_assets
from tocsin.lifelines.rules import EditAct, Place, Values
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_PLACES: Final = 2_000  # of one line that is drawn by hand
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


@dataclass
class Edit:
    """One act upon the network of one region."""

    actor: "User"
    region_code: str
    act: EditAct
    reason: str
    now: datetime
    id: UUID = field(default_factory=new_id)
    changes: list[AssetChange] = field(default_factory=list)

    def write(self, asset: Asset, before: Values | None) -> None:
        """Saves the asset as it stands now; InvalidInput where an import would refuse it, too."""
        _check(asset)
        _require(self.actor, asset)
        asset.changed_at = self.now
        asset.save(force_insert=before is None)
        self._keep(asset, before, values_of(asset))

    def remove(self, asset: Asset) -> None:
        """Takes it out; Conflict where something ends there or refers to it."""
        _require(self.actor, asset)
        if ending := lines_at(asset):
            raise Conflict(_("Lines end at %(code)s: %(lines)s.") % {"code": asset.code, "lines": _some(ending)})
        if named := _named_by(asset):
            raise Conflict(_("Of %(code)s others know: %(rows)s.") % {"code": asset.code, "rows": ", ".join(named)})
        self._keep(asset, values_of(asset), None)
        asset.delete()

    def _keep(self, asset: Asset, before: Values | None, after: Values | None) -> None:
        self.changes.append(
            AssetChange(
                edit=self.id,
                region_code=self.region_code,
                asset_id=asset.pk,
                asset_code=asset.code,
                act=self.act.value,
                before=before,
                after=after,
                reason=self.reason[:300],
                made_by=self.actor,
                made_at=self.now,
            )
        )


@contextmanager
def editing(actor: "User", region_code: str, act: EditAct, reason: str, now: datetime) -> Iterator[Edit]:
    """One act: the region locked, then what was changed written down and told to every process. Conflict while an import runs."""
    with transaction.atomic():
        NetworkVersion.objects.get_or_create(region_code=region_code, defaults={"changed_at": now})
        stamp = NetworkVersion.objects.select_for_update().get(region_code=region_code)
        if stamp.importing_until is not None and stamp.importing_until > now:
            raise Conflict(_("An import of the network of %(region)s is running.") % {"region": region_code})
        edit = Edit(actor, region_code, act, reason.strip(), now)
        yield edit
        AssetChange.objects.bulk_create(edit.changes)
        NetworkVersion.objects.filter(region_code=region_code).update(version=F("version") + 1, changed_at=now)
        details = {"act": act.value, "codes": [one.asset_code for one in edit.changes][:50], "reason": edit.reason}
        record_audit(actor, "network.edited", "network_edit", edit.id, region_code, details)


def create_asset(*, actor: "User", new: NewAsset, reason: str, now: datetime) -> Asset:
    """A new object. Conflict where the code is taken; InvalidInput for what an import would refuse, too."""
    asset = Asset(code=new.code.strip(), kind=new.kind, region_code=new.region_code)
    with editing(actor, new.region_code, EditAct.CREATED, reason, now) as edit:
        _require_somewhere(actor, new.region_code)
        if Asset.objects.filter(region_code=new.region_code, code=asset.code).exists():
            raise Conflict(_("There is an object %(code)s already.") % {"code": asset.code})
        if new.kind not in POINT_KINDS:
            asset.from_code, asset.to_code = new.from_code.strip(), new.to_code.strip()
        _take_facts(asset, new.facts)
        _take_places(asset, _at_their_points(asset, new.places))
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
        _take_places(asset, _at_their_points(asset, places))
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
            point.owner, point.owner_code, point.street, point.utility = first.owner, first.owner_code, first.street, first.utility
            _take_places(point, [one[-1]])
            edit.write(point, None)
        elif point.kind not in POINT_KINDS:
            raise InvalidInput(_("%(code)s is a line: a line is split at a point.") % {"code": point_code})
        at = (point.lon, point.lat)
        second = Asset(code=second_code, region_code=first.region_code, **{name: getattr(first, name) for name in VALUES})
        second.owner, second.from_code = first.owner, point.code
        first.to_code = point.code
        _take_places(first, rules.with_end(one, begins=False, place=at))
        _take_places(second, rules.with_end(other, begins=True, place=at))
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
        _take_places(first, whole)
        edit.write(first, before)
    return first


def remove_asset(*, actor: "User", asset_id: UUID, seen: str, reason: str, now: datetime) -> None:
    """Takes an object out of the register. InvalidInput without a reason; Conflict where something ends there or refers to it."""
    shown = visible_assets(actor).get(pk=asset_id)
    if not reason.strip():
        raise InvalidInput(_("Say why it goes."))
    with editing(actor, shown.region_code, EditAct.REMOVED, reason, now) as edit:
        asset, _before = _locked(actor, asset_id, seen)
        edit.remove(asset)


def take_back(*, actor: "User", edit_id: UUID, now: datetime) -> UUID:
    """Undoes an edit, all of it. Conflict where an object is no longer as that edit left it; returns the edit that undid it."""
    done = list(AssetChange.objects.filter(edit=edit_id).order_by("id"))
    if not done or not may(actor, "assets.see", done[0].region_code):
        raise AssetChange.DoesNotExist
    with editing(actor, done[0].region_code, EditAct.TAKEN_BACK, "", now) as edit:
        if AssetChange.objects.filter(edit=edit_id, taken_back__isnull=False).exists():
            raise Conflict(_("It has been taken back already."))
        there = {one.pk: one for one in Asset.objects.filter(pk__in=[change.asset_id for change in done])}
        for change in done:
            asset = there.get(change.asset_id)
            if (values_of(asset) if asset else None) != change.after:
                raise Conflict(_("%(code)s has been changed since.") % {"code": change.asset_code})
        for change in _ends_last(done):  # points come back before the lines that end there
            if change.before is not None:
                asset = there.get(change.asset_id) or Asset(
                    pk=change.asset_id, code=change.asset_code, region_code=change.region_code
                )
                before = None if change.after is None else values_of(asset)
                _take_values(asset, change.before)
                edit.write(asset, before)
        for change in done:
            if change.before is None:
                edit.remove(there[change.asset_id])
        AssetChange.objects.filter(edit=edit_id).update(taken_back=edit.id)
    return edit.id


def _ends_last(done: Sequence[AssetChange]) -> list[AssetChange]:
    return sorted(done, key=lambda one: (one.before or one.after or {}).get("kind") not in POINT_KINDS)


def mark(asset: Asset) -> str:
    """What a form carries along of the state that its reader has seen."""
    return rules.mark_of(values_of(asset))


def values_of(asset: Asset) -> Values:
    """What an edit may change of an asset, by column."""
    return {name: getattr(asset, name) for name in VALUES}


def places_of(asset: Asset) -> list[Place]:
    """Longitude and latitude of a point, or of the corners of a line from its first end to its second."""
    given = asset.geometry["coordinates"]
    pairs = [given] if asset.geometry["type"] == "Point" else given
    return [(float(pair[0]), float(pair[1])) for pair in pairs]


def day_or_none(text: object) -> date | None:
    """A day as an import told it, None where that is no day."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def lines_at(asset: Asset) -> list[Asset]:
    """Lines that end at a point, by code."""
    if asset.kind not in POINT_KINDS:
        return []
    found = Asset.objects.filter(region_code=asset.region_code).filter(from_code=asset.code)
    found |= Asset.objects.filter(region_code=asset.region_code).filter(to_code=asset.code)
    return list(found.select_related("owner").order_by("code"))


def may_edit(actor: "User", asset: Asset) -> bool:
    """Whether that person may change the object: who keeps the networks of the region, or its owner's desk."""
    return may(actor, "assets.manage", asset.region_code, {asset.owner_id} - {None})


def _require(actor: "User", asset: Asset) -> None:
    if not may_edit(actor, asset):
        owner = str(asset.owner) if asset.owner else asset.owner_code or _("nobody")
        raise NotAllowed(_("%(code)s is kept by %(owner)s.") % {"code": asset.code, "owner": owner})


def _require_somewhere(actor: "User", region_code: str) -> None:
    if not may(actor, "assets.manage", region_code, {actor.organisation_id} - {None}):
        raise NotAllowed(_("You keep no networks in region %(region)s.") % {"region": region_code})


def _locked(actor: "User", asset_id: UUID, seen: str) -> tuple[Asset, Values]:
    """The asset as it is now, under the region's lock, and its values."""
    asset = Asset.objects.select_related("owner").get(pk=asset_id)
    _require(actor, asset)
    if seen != mark(asset):
        raise Conflict(_("%(code)s has been changed meanwhile: look at it again.") % {"code": asset.code})
    return asset, values_of(asset)


def _take_values(asset: Asset, values: Values) -> None:
    for name in VALUES:
        setattr(asset, name, values.get(name))
    asset.owner = organisation_by_code(asset.owner_code, asset.region_code) if asset.owner_code else None
    _take_places(asset, places_of(asset))


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


def _take_places(asset: Asset, places: Sequence[Place]) -> None:
    """The geometry, with its middle; InvalidInput for a point of several places or a line of one."""
    point = asset.kind in POINT_KINDS
    if not places or (point and len(places) != 1) or len(places) > MOST_PLACES:
        raise InvalidInput(
            _("A point has one place, a line at least two and at most %(most)s.") % {"most": MOST_PLACES}
        )
    coordinates = [round(places[0][0], 7), round(places[0][1], 7)] if point else [[round(a, 7), round(b, 7)] for a, b in places]
    asset.geometry = {"type": "Point" if point else "LineString", "coordinates": coordinates}


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
        _take_places(line, places)
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
        raise InvalidInput(_("The two lines do not follow each other: they have %(count)s ends in common.") % {"count": len(common)})
    code = common.pop()
    point = Asset.objects.filter(region_code=first.region_code, code=code).first()
    if point is not None and point.kind in rules.KEEPS_APART:
        words = {"kind": point.get_kind_display(), "code": code}
        raise Conflict(_("A %(kind)s stands between them (%(code)s): what it parts are two lines.") % words)
    third = [one for one in (lines_at(point) if point else []) if one.pk not in (first.pk, second.pk)]
    if third:
        raise Conflict(_("Lines end at %(code)s: %(lines)s.") % {"code": code, "lines": _some(third)})
    return code


def _check(asset: Asset) -> None:
    """What an import asks of a feature is asked here by the same function; middle and ends are set and looked up."""
    properties: Values = {
        "id": asset.code,
        "owner": asset.owner_code,
        "from_node": asset.from_code,
        "to_node": asset.to_code,
        **{name: getattr(asset, name) for name in VALUES if name not in ("geometry", "properties", "owner_code")},
    }
    row = read_feature({"type": "Feature", "geometry": asset.geometry, "properties": properties}, 1)
    if math.isnan(row.lon):
        raise InvalidInput(_("It has no place."))
    asset.lon, asset.lat = row.lon, row.lat
    ends = {asset.from_code, asset.to_code} - {""}
    there = set(Asset.objects.filter(region_code=asset.region_code, code__in=ends).values_list("code", flat=True))
    if missing := ends - there:
        raise InvalidInput(_("There is no point %(code)s in the region.") % {"code": sorted(missing)[0]})


def _named_by(asset: Asset) -> list[str]:
    """What other rows refer to an object, as words with how many; proposed corrections outlive what they are about."""
    found = []
    for relation in Asset._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        model = relation.related_model
        if model is NetworkCorrection or not isinstance(model, type):
            continue
        count = model._base_manager.filter(**{relation.field.name: asset.pk}).count()  # type: ignore[union-attr]  # a reverse relation
        if count:
            found.append(f"{model._meta.verbose_name} {count}")
    return found


def _some(assets: Collection[Asset]) -> str:
    return ", ".join(one.code for one in list(assets)[:8])
