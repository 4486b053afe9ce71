"""Positions are taken: each once, late ones kept beside, what is wrong refused with its reason."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
from django.db.models import F
from django.utils.translation import gettext as _

from tocsin.base.datums import Datum, convert
from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.base.geometry import distance_m
from tocsin.base.storable import storable
from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.bus.services import in_one_transaction
from tocsin.engine.positioning.frames import Frame
from tocsin.engine.positioning.movement import Anchor, follow
from tocsin.hazchem.positions.models import PositionFault, PositionGateway, PositionTag, PresentPosition, TrackPoint
from tocsin.hazchem.positions.policy import PositionPolicy, position_bounds, position_policy
from tocsin.hazchem.positions.queries.sight import FirmPlace, places_of
from tocsin.hazchem.positions.queries.tags import fitted, visible_gateways
from tocsin.hazchem.positions.rules.arriving import Fault, NewPosition, fault_of

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

type Key = tuple[UUID, datetime]


@dataclass(frozen=True)
class Answer:
    """What became of one position: stored, known already, late (kept, but the tag has been heard since), or refused."""

    known: bool = False
    late: bool = False
    fault: Fault | None = None


@dataclass(frozen=True)
class _Door:
    """All that a batch of one gateway is judged by."""

    gateway: PositionGateway
    tags: dict[str, PositionTag]
    withdrawn: frozenset[str]
    frame: Frame | None
    places: list[FirmPlace]
    policy: PositionPolicy
    room: int
    now: datetime

    def place(self, one: NewPosition) -> tuple[float, float] | Fault:
        """Degrees of a position, or why it has none."""
        if one.lon is not None and one.lat is not None:
            lon, lat = one.lon, one.lat
            if self.gateway.datum != Datum.CGCS2000:
                lon, lat = convert(np.array([[lon, lat]]), Datum(self.gateway.datum), Datum.CGCS2000)[0].tolist()
        elif self.frame is None:
            return Fault.NO_PLAN
        else:
            lon, lat = self.frame.to_degrees(one.x or 0.0, one.y or 0.0)
        near = not self.places or any(distance_m(lon, lat, at.lon, at.lat) <= self.policy.door.reach_m for at in self.places)
        return (lon, lat) if near else Fault.FAR_AWAY


def take_positions(*, actor: "User", gateway: str, positions: Sequence[NewPosition], now: datetime) -> list[Answer]:
    """Stores positions of one gateway in one transaction and answers each in its order.

    InvalidInput for a gateway for which the actor may not send, and for more than are taken at once; Unavailable while more
    wait to be judged than policy allows.
    """
    sender = checked_sender(gateway, visible_gateways(actor).filter(code=gateway).first(), len(positions))
    if has_enough():
        raise Unavailable(_("Many positions wait to be judged: send these again in some seconds."))
    return in_one_transaction(lambda: store_positions(sender, positions, now))


def checked_sender(code: str, gateway: PositionGateway | None, count: int) -> PositionGateway:
    """The gateway of that code. InvalidInput where the sender may not send for it, or sends more than is taken at once."""
    most = position_policy().door.at_once
    if count > most:
        raise InvalidInput("%(count)s positions at once; send at most %(most)s in one request", count=count, most=most)
    if gateway is None:
        raise InvalidInput("there is no gateway “%(code)s” for which you may send", code=code[:60])
    if not gateway.active:
        raise InvalidInput("gateway %(code)s is out of service", code=gateway.code)
    return gateway


def has_enough() -> bool:
    """Whether more positions wait to be judged than policy allows."""
    return TrackPoint.objects.filter(judged=False)[position_policy().door.unjudged :].exists()


def store_positions(gateway: PositionGateway, positions: Sequence[NewPosition], now: datetime) -> list[Answer]:
    """Stores positions of a gateway that may send them, in the caller's transaction; the answers in their order."""
    policy = position_policy()
    door = _door(gateway, {one.tag for one in positions}, policy, now)
    tags = [one.pk for one in door.tags.values()]
    present = {one.tag_id: one for one in PresentPosition.objects.select_for_update().filter(tag__in=tags)}
    known = _known(tags, positions)
    newest = {pk: one.at for pk, one in present.items()}
    answers: list[Answer] = []
    made: list[TrackPoint] = []
    for one in positions:
        tag = door.tags.get(one.tag)
        if tag is not None and (tag.pk, one.at) in known:
            answers.append(Answer(known=True))
            continue
        found = _judge(door, tag, one, len(made))
        if tag is None or isinstance(found, Fault):
            answers.append(Answer(fault=found if isinstance(found, Fault) else Fault.NO_TAG))
            continue
        late = tag.pk in newest and one.at <= newest[tag.pk]
        known.add((tag.pk, one.at))
        made.append(_row(door, tag, one, found, late=late))
        answers.append(Answer(late=late))
    TrackPoint.objects.bulk_create(made)
    _follow(made, present, policy)
    _count_faults(gateway, positions, answers, now)
    PositionGateway.objects.filter(pk=gateway.pk).update(last_at=now)
    return answers


def _door(gateway: PositionGateway, numbers: set[str], policy: PositionPolicy, now: datetime) -> _Door:
    rows = list(PositionTag.objects.filter(object_id=gateway.object_id, number__in=numbers))
    minute = TrackPoint.objects.filter(gateway=gateway, received_at__gt=now - timedelta(minutes=1)).count()
    return _Door(
        gateway=gateway,
        tags={one.number: one for one in rows if one.withdrawn_at is None},
        withdrawn=frozenset(one.number for one in rows),
        frame=fitted(gateway.plan).frame if gateway.plan else None,
        places=places_of([gateway.object_id]),
        policy=policy,
        room=policy.door.a_minute - minute,
        now=now,
    )


def _judge(door: _Door, tag: PositionTag | None, one: NewPosition, taken: int) -> tuple[float, float] | Fault:
    if tag is None:
        return Fault.OUT_OF_SERVICE if one.tag in door.withdrawn else Fault.NO_TAG
    if fault := fault_of(one, position_bounds(), door.now):
        return fault
    return Fault.OVER_BUDGET if taken >= door.room else door.place(one)


def _row(door: _Door, tag: PositionTag, one: NewPosition, place: tuple[float, float], *, late: bool) -> TrackPoint:
    return TrackPoint(
        tag=tag,
        gateway=door.gateway,
        at=one.at,
        received_at=door.now,
        lon=round(place[0], 7),
        lat=round(place[1], 7),
        accuracy_m=one.accuracy_m,
        floor=storable(one.floor.strip())[:20],
        speed_km_h=one.speed_km_h,
        battery_percent=one.battery_percent,
        sos=one.sos,
        late=late,
    )


def _follow(made: Iterable[TrackPoint], present: dict[UUID, PresentPosition], policy: PositionPolicy) -> None:
    """Each tag stands where it was heard last; it has moved where its points in the order of their times say so."""
    tracks: dict[UUID, list[TrackPoint]] = defaultdict(list)
    for one in made:
        if not one.late:
            tracks[one.tag_id].append(one)
    new: list[PresentPosition] = []
    changed: list[PresentPosition] = []
    for tag_id, points in tracks.items():
        points.sort(key=lambda one: one.at)
        row = present.get(tag_id)
        (changed if row is not None else new).append(_moved(row or PresentPosition(tag_id=tag_id), row is None, points, policy))
    PresentPosition.objects.bulk_create(new)
    PresentPosition.objects.bulk_update(changed, _MOVED)


_MOVED = (
    "at",
    "lon",
    "lat",
    "accuracy_m",
    "floor",
    "speed_km_h",
    "battery_percent",
    "sos",
    "still_since",
    "still_lon",
    "still_lat",
)


def _moved(row: PresentPosition, is_new: bool, points: Sequence[TrackPoint], policy: PositionPolicy) -> PresentPosition:
    anchor = None if is_new else Anchor(row.still_lon, row.still_lat, ms_from_datetime(row.still_since))
    for one in points:
        anchor = follow(anchor, one.lon, one.lat, one.accuracy_m, ms_from_datetime(one.at), least_m=policy.present.step_m)
        for name in ("at", "lon", "lat", "accuracy_m", "floor", "speed_km_h", "sos"):
            setattr(row, name, getattr(one, name))
        if one.battery_percent is not None:
            row.battery_percent = one.battery_percent
    if anchor is not None:
        row.still_lon, row.still_lat, row.still_since = anchor.lon, anchor.lat, datetime_from_ms(anchor.since_ms)
    return row


def _known(tags: Sequence[UUID], positions: Sequence[NewPosition]) -> set[Key]:
    moments = [one.at for one in positions]
    if not tags or not moments:
        return set()
    rows = TrackPoint.objects.filter(tag__in=tags, at__gte=min(moments), at__lte=max(moments))
    return set(rows.values_list("tag_id", "at"))


def _count_faults(gateway: PositionGateway, positions: Sequence[NewPosition], answers: Sequence[Answer], now: datetime) -> None:
    counted: Counter[Fault] = Counter()
    samples: dict[Fault, str] = {}
    for one, answer in zip(positions, answers, strict=True):
        if answer.fault is not None:
            counted[answer.fault] += 1
            samples[answer.fault] = storable(f"{one.tag} {one.at.isoformat()}")[:120]
    for fault, many in sorted(counted.items()):
        told = {"last_at": now, "sample": samples[fault]}
        row, _new = PositionFault.objects.get_or_create(gateway=gateway, fault=fault.value, defaults=told)
        PositionFault.objects.filter(pk=row.pk).update(count=F("count") + many, **told)
