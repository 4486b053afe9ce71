"""Who and what lies in an area, in words: the number of people, how it was reckoned, how old it is, and whom to tell."""

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from ninja import Schema

from tocsin.atlas.exposure.models import ExposedBody
from tocsin.atlas.exposure.policy import exposure_policy
from tocsin.atlas.exposure.queries.area import Exposure, exposed_in
from tocsin.atlas.exposure.queries.bodies import SEE
from tocsin.atlas.exposure.rules import Origin, Slot
from tocsin.atlas.exposure.shown.bodies import ORIGIN_NAMES, SLOT_NAMES, is_old, kind_name
from tocsin.jurisdiction.face import Person, region_prefixes

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


class ExposedBodyOut(Schema):
    """One body of an area: `told`: who answers for it must be told of a warning."""

    id: UUID
    kind: str
    kind_name: str
    name: str
    lon: float
    lat: float
    distance_m: int
    people: int
    contact: str
    telephone: str
    address: str
    figures_on: date
    told: bool


class ExposedKindOut(Schema):
    """All bodies of a kind in an area."""

    kind: str
    kind_name: str
    count: int
    people: int
    nearest_m: int


class ExposureOut(Schema):
    """Who and what lies in an area. `people`: at the time asked for; `reckoning`: how it was reckoned, line by line; `known`:
    False where nothing is registered, so that nobody knows.
    """

    known: bool
    people: int
    sentence: str
    slot: str
    slot_name: str
    people_day: int
    people_night: int
    people_day_off: int
    from_bodies: int
    from_grid: int
    cells: int
    reckoning: list[str]
    oldest: date | None
    newest: date | None
    is_old: bool
    kinds: list[ExposedKindOut]
    bodies: list[ExposedBodyOut]
    more: int


def describe_area(
    user: Person,
    shape: "BaseGeometry",
    *,
    at: datetime,
    until: datetime | None = None,
    place: tuple[float, float] | None = None,
    kinds: Collection[str] | None = None,
    near: bool = False,
) -> ExposureOut:
    """What the reader may know of an area. Bodies are listed by name, whoever must be told first, the nearest first: those of
    `kinds`, else all but dwellings; with `near` only those within the distance of their kind.
    """
    prefixes = region_prefixes(user, SEE)
    return described(exposed_in(shape, at=at, until=until, place=place, prefixes=prefixes), at=at, kinds=kinds, near=near)


def described(found: Exposure, *, at: datetime, kinds: Collection[str] | None = None, near: bool = False) -> ExposureOut:
    """An answer in words."""
    policy = exposure_policy()
    known = policy.by_code
    today = timezone.localdate(at)

    def wanted(kind: str, metres: float) -> bool:
        most = (known[kind].near_m if kind in known else 0) or policy.near.bodies_m
        return (kinds is None or kind in kinds) and (not near or metres <= most)

    listed = [one for one in found.bodies if wanted(one.kind, one.distance_m)]
    listed.sort(key=lambda one: (not (one.kind in known and known[one.kind].told), one.distance_m))
    shown = listed[: policy.near.most_listed]
    rows = {one.pk: one for one in ExposedBody.objects.filter(pk__in=[one.id for one in shown])}
    order = {code: place for place, code in enumerate(known)}
    return ExposureOut(
        known=found.known,
        people=found.count,
        sentence=sentence(found),
        slot=found.slot.name.lower(),
        slot_name=str(SLOT_NAMES[found.slot]),
        people_day=round(found.people[Slot.DAY]),
        people_night=round(found.people[Slot.NIGHT]),
        people_day_off=round(found.people[Slot.DAY_OFF]),
        from_bodies=round(found.from_bodies[found.slot]),
        from_grid=round(found.from_grid[found.slot]),
        cells=found.cells,
        reckoning=reckoning(found, today),
        oldest=found.oldest,
        newest=found.newest,
        is_old=found.oldest is not None and is_old(found.oldest, today),
        kinds=[
            ExposedKindOut(
                kind=one.kind,
                kind_name=kind_name(one.kind),
                count=one.count,
                people=round(one.people[found.slot]),
                nearest_m=round(one.nearest_m),
            )
            for one in sorted(found.kinds, key=lambda one: order.get(one.kind, len(order)))
        ],
        bodies=[
            ExposedBodyOut(
                id=one.id,
                kind=one.kind,
                kind_name=kind_name(one.kind),
                name=rows[one.id].name,
                lon=rows[one.id].lon,
                lat=rows[one.id].lat,
                distance_m=round(one.distance_m),
                people=round(one.people[found.slot]),
                contact=rows[one.id].contact,
                telephone=rows[one.id].telephone,
                address=rows[one.id].address,
                figures_on=one.figures_on,
                told=one.kind in known and known[one.kind].told,
            )
            for one in shown
            if one.id in rows
        ],
        more=max(0, len(listed) - len(shown)),
    )


def sentence(found: Exposure) -> str:
    """The people in one line; where nobody knows, that."""
    if not found.known:
        return _("Nobody knows how many people are here: neither bodies nor a population grid are registered.")
    words = ngettext("about %(count)s person %(slot)s", "about %(count)s people %(slot)s", found.count)
    return words % {"count": f"{found.count:,}", "slot": SLOT_NAMES[found.slot]}


def reckoning(found: Exposure, today: date) -> list[str]:
    """How the number came about, line by line, with the age of the figures."""
    if not found.known:
        return []
    lines = []
    bodies = sum(count for origin, count in found.origins.items() if origin is not Origin.PART)
    if bodies:
        words = ngettext("%(people)s in %(count)s registered body", "%(people)s in %(count)s registered bodies", bodies)
        told = ", ".join(
            f"{ORIGIN_NAMES[one]} {found.origins[one]:,}" for one in Origin if one in found.origins and one is not Origin.PART
        )
        people = f"{round(found.from_bodies[found.slot]):,}"
        lines.append(f"{words % {'people': people, 'count': f'{bodies:,}'}} ({told})")
    if found.cells:
        words = ngettext(
            "%(people)s by the population grid, %(count)s cell by the share of its area that lies inside",
            "%(people)s by the population grid, %(count)s cells by the share of their area that lies inside",
            found.cells,
        )
        lines.append(words % {"people": f"{round(found.from_grid[found.slot]):,}", "count": f"{found.cells:,}"})
    day, night, day_off = (f"{round(one):,}" for one in found.people)
    lines.append(
        _("by day %(day)s, by night %(night)s, on a day off %(day_off)s") % {"day": day, "night": night, "day_off": day_off}
    )
    if found.oldest is not None and found.newest is not None:
        span = [date_format(one, "Y-m-d") for one in dict.fromkeys((found.oldest, found.newest))]
        line = _("figures of %(days)s") % {"days": " – ".join(span)}
        lines.append(line + (_(" (old: ask for new ones)") if is_old(found.oldest, today) else ""))
    return lines
