"""What an estimate proposes to the commander: who goes and who waits inside, roads to close, whom to call, where goods lie."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import shapely
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.atlas.face import ExposedBodyOut, circle, describe_area
from tocsin.base.geometry import distance_m
from tocsin.engine.consequences.leaving import Advice, Leaving
from tocsin.hazchem.duties.queries import ROLES
from tocsin.hazchem.releases.policy.leaving import leaving_policy
from tocsin.hazchem.releases.queries.estimates import Zone, answer_of_row
from tocsin.hazchem.releases.queries.surroundings import (
    Leave,
    Place,
    arrives_s,
    goods_asked,
    lasts_s,
    leave,
    roads_to_close,
    warned_zone,
)
from tocsin.hazchem.releases.shown.estimates import threshold_name
from tocsin.jurisdiction.bodies.rules import Kind
from tocsin.jurisdiction.face import bodies_with_duty
from tocsin.screens.words import direction, in_language
from tocsin.supervision.face import key_people, may_see_people, role_name, visible_objects
from tocsin.supplies.face import goods_near

if TYPE_CHECKING:
    from tocsin.hazchem.releases.models import ReleaseEstimate
    from tocsin.jurisdiction.face import Person

LEAVING_NAMES: dict[Leaving, Promise] = {
    Leaving.GO: pgettext_lazy("at a release", "go now"),
    Leaving.SHELTER: pgettext_lazy("at a release", "stay inside"),
    Leaving.SHELTER_THEN_OUT: pgettext_lazy("at a release", "inside, then be brought out"),
}
CALLED_AS: dict[Kind, Promise] = {
    Kind.RESCUE: pgettext_lazy("called at a release", "fire and rescue"),
    Kind.GOVERNMENT: pgettext_lazy("called at a release", "local government: evacuate, take in"),
    Kind.POLICE: pgettext_lazy("called at a release", "traffic police: close roads"),
    Kind.DEPARTMENT: pgettext_lazy("called at a release", "department in charge"),
    Kind.CENTRE: pgettext_lazy("called at a release", "monitoring centre"),
}
FIRM_ROLES = ("control_room_operator", "duty_person", *ROLES, "principal")
MOST_FIRMS, MOST_STORES, MOST_ROADS, MOST_HOSPITALS, MOST_OF_A_KIND = 20, 5, 20, 3, 2
NOT_PEOPLE = ("shelter", "bridge", "tunnel", "works", "reservoir", "water_source")  # kinds that nobody is led out of


class ReleaseLeaveOut(Schema):
    """What is proposed for the people of one exposed body."""

    body_id: UUID
    name: str
    kind_name: str
    people: int
    distance_m: int
    telephone: str
    leaving: Leaving
    leaving_name: str
    why: str
    arrives_min: float | None
    out_min: float
    out_m: int
    towards: str = Field(description="direction of the shortest way out that does not lead towards the release")
    shelter_id: UUID | None
    shelter: str
    shelter_min: int | None
    shelter_km: float | None
    inside_m: int | None = Field(description="metres of the way to the shelter within the area")
    on_streets: bool


class ReleaseCallOut(Schema):
    """A body or person to call; `exposed_body_id`: of a hospital or shelter of the register."""

    called_as: str
    name: str
    telephone: str
    exposed_body_id: UUID | None = None


class ReleaseFirmOut(Schema):
    """A firm within the area."""

    id: UUID
    name: str
    distance_m: int


class ReleaseGoodsOut(Schema):
    """What a store has of the goods that the leak asks for."""

    store_id: UUID
    store: str
    distance_m: int
    telephone: str
    goods: list[str]


class ReleaseProposalsOut(Schema):
    """Proposals to the commander. `area`: of which threshold; null where nothing reaches anywhere."""

    area: str | None
    farthest_m: int
    arrives_min: float | None
    lasts_min: float | None
    people: list[ReleaseLeaveOut]
    people_known: bool = Field(description="whether the reader sees exposed bodies")
    shelters: list[str]
    roads: list[str]
    firms: list[ReleaseFirmOut]
    calls: list[ReleaseCallOut]
    goods_asked: list[str]
    stores: list[ReleaseGoodsOut]


def describe_proposals(row: "ReleaseEstimate", user: "Person", *, sees: bool, at: datetime) -> ReleaseProposalsOut:
    """All of them, as far as the reader may see; `sees`: exposed bodies."""
    answer, policy = answer_of_row(row), leaving_policy()
    zone = warned_zone(answer)
    asked = goods_asked(answer)
    bodies, shelters, around = _bodies(row, zone, user, at) if zone is not None and sees else ([], [], [])
    advised = _advised(row, zone, bodies, shelters, at) if zone is not None else []
    arrives = None if zone is None else arrives_s(answer, zone, zone.farthest_m)
    lasts = lasts_s(row)
    return ReleaseProposalsOut(
        area=None if zone is None else threshold_name(zone.threshold),
        farthest_m=0 if zone is None else round(zone.farthest_m),
        arrives_min=None if arrives is None else round(arrives / 60, 1),
        lasts_min=None if lasts is None else round(lasts / 60, 1),
        people=advised,
        people_known=sees,
        shelters=[one.name for one in shelters[: policy.leaving.most_shelters]],
        roads=[]
        if zone is None
        else [in_language({"zh": one.name, "en": one.name_en}) for one in roads_to_close(zone)][:MOST_ROADS],
        firms=[] if zone is None else _firms(row, zone, user),
        calls=[*_calls(row, user, at), *around],
        goods_asked=[name for name, _units in asked],
        stores=_stores(row, user, [name for name, _units in asked]),
    )


def _bodies(
    row: "ReleaseEstimate", zone: Zone, user: "Person", at: datetime
) -> tuple[list[ExposedBodyOut], list[ExposedBodyOut], list[ReleaseCallOut]]:
    """Bodies with people inside, shelters outside, and whom to call of shelters and hospitals there: the nearest first."""
    place, policy = (row.lon, row.lat), leaving_policy().leaving
    inside = describe_area(user, zone.shape, at=at, place=place).bodies
    near = circle(*place, max(policy.shelter_within_m, zone.farthest_m))
    around = describe_area(user, near, at=at, place=place, kinds=("shelter", "hospital")).bodies
    shapely.prepare(zone.shape)
    outside = [one for one in around if not zone.shape.covers(shapely.Point(one.lon, one.lat))]
    shelters = [one for one in outside if one.kind == "shelter"]
    hospitals = [one for one in outside if one.kind == "hospital"][:MOST_HOSPITALS]
    called = [
        ReleaseCallOut(called_as=one.kind_name, name=one.name, telephone=one.telephone, exposed_body_id=one.id)
        for one in (*hospitals, *shelters[: policy.most_shelters])
    ]
    return [one for one in inside if one.kind not in NOT_PEOPLE], shelters, called


def _advised(
    row: "ReleaseEstimate", zone: Zone, bodies: list[ExposedBodyOut], shelters: list[ExposedBodyOut], at: datetime
) -> list[ReleaseLeaveOut]:
    nearest = sorted(bodies, key=lambda one: one.distance_m)[: leaving_policy().leaving.most_bodies]
    by_id = {one.id: one for one in (*nearest, *shelters)}
    found = leave(row, zone, [_place(one) for one in nearest], [_place(one) for one in shelters], now=at)
    return [_describe(one, by_id) for one in found]


def _place(body: ExposedBodyOut) -> Place:
    return Place(body.id, body.kind, (body.lon, body.lat))


def _describe(one: Leave, by_id: dict[UUID, ExposedBodyOut]) -> ReleaseLeaveOut:
    body, way, advice = by_id[one.place.id], one.way, one.advice
    return ReleaseLeaveOut(
        body_id=body.id,
        name=body.name,
        kind_name=body.kind_name,
        people=body.people,
        distance_m=body.distance_m,
        telephone=body.telephone,
        leaving=advice.leaving,
        leaving_name=str(LEAVING_NAMES[advice.leaving]),
        why=why(advice),
        arrives_min=None if advice.arrives_s is None else round(advice.arrives_s / 60, 1),
        out_min=round(advice.out_s / 60, 1),
        out_m=round(one.out.metres),
        towards=direction(one.out.degrees),
        shelter_id=None if way is None else way.shelter,
        shelter="" if way is None else by_id[way.shelter].name,
        shelter_min=None if way is None else round(way.minutes),
        shelter_km=None if way is None else round(way.km, 1),
        inside_m=None if way is None else round(way.inside_m),
        on_streets=way is not None and way.on_streets,
    )


def why(advice: Advice) -> str:
    """The figures that an advice rests on."""
    out = f"{advice.out_s / 60:.0f}"
    if advice.arrives_s is None:
        return _("out in %(out)s min") % {"out": out}
    words = _("cloud after %(arrives)s min, out in %(out)s min") % {"arrives": f"{advice.arrives_s / 60:.0f}", "out": out}
    if advice.leaving is Leaving.GO:
        return words
    if advice.inside_share is None:
        return f"{words}; {_('how long it lasts is not known')}"
    return f"{words}; {_('inside at most %(percent)s %% of outside') % {'percent': f'{100 * advice.inside_share:.0f}'}}"


def _firms(row: "ReleaseEstimate", zone: Zone, user: "Person") -> list[ReleaseFirmOut]:
    west, south, east, north = zone.shape.bounds
    rows = visible_objects(user).filter(
        kind__in=("enterprise", "site"), active=True, lon__range=(west, east), lat__range=(south, north)
    )
    inside = [
        ReleaseFirmOut(id=one.pk, name=one.name, distance_m=round(distance_m(row.lon, row.lat, one.lon, one.lat)))
        for one in rows.exclude(pk=row.object_id)
        if one.lon is not None and one.lat is not None and zone.shape.covers(shapely.Point(one.lon, one.lat))
    ]
    return sorted(inside, key=lambda one: one.distance_m)[:MOST_FIRMS]


def _calls(row: "ReleaseEstimate", user: "Person", at: datetime) -> list[ReleaseCallOut]:
    """Who answers for the firm, then the bodies that are called at its place."""
    firm = row.object
    people = key_people(firm.pk, FIRM_ROLES) if may_see_people(user, firm) else []
    order = {role: place for place, role in enumerate(FIRM_ROLES)}
    calls = [
        ReleaseCallOut(called_as=f"{firm.name}: {role_name(one.role)}", name=one.name, telephone=one.telephone)
        for one in sorted(people, key=lambda one: order[one.role])
    ]
    for kind, name in CALLED_AS.items():
        bodies = bodies_with_duty(kind=kind, trade=firm.trade, region_code=row.region_code, at=at)[:MOST_OF_A_KIND]
        calls += [ReleaseCallOut(called_as=str(name), name=str(one), telephone=one.telephone) for one in bodies]
    return calls


def _stores(row: "ReleaseEstimate", user: "Person", items: list[str]) -> list[ReleaseGoodsOut]:
    return [
        ReleaseGoodsOut(
            store_id=one.store.pk,
            store=one.store.name,
            distance_m=round(one.metres),
            telephone=one.store.telephone,
            goods=[
                f"{in_language({'zh': goods.item, 'en': goods.item_en})} {goods.amount}"
                f" {in_language({'zh': goods.unit, 'en': goods.unit_en})}"
                for goods in one.goods
            ],
        )
        for one in goods_near(user, items, row.lon, row.lat, most=MOST_STORES)
    ]
