"""The monthly reachability drill: every contact point is asked to answer in time."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.base.ids import deterministic_id, new_id
from tocsin.bus.bulk import insert_all
from tocsin.jurisdiction.contacts.rules import SCREEN, TELEPHONE
from tocsin.jurisdiction.face import (
    contact_points_of,
    desk_of,
    region_of_work,
    require,
    system_actor,
    visible_organisations,
)
from tocsin.notices.channels.queries import channels_set_up
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.messages.policy import sending
from tocsin.notices.messages.queries.directory import Way
from tocsin.notices.messages.rules import rights
from tocsin.notices.messages.rules.fates import CHANNEL_TEST, REACHABILITY
from tocsin.notices.messages.services.writing import sending_by
from tocsin.notices.reachability.queries import key_of, months
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from tocsin.jurisdiction.face import Organisation, User


def begin_when_due(*, now: datetime) -> int:
    """Begins this month's drill on its day and hour, once; returns how many contact points are asked."""
    policy, local = sending().reachability, timezone.localtime(now)
    if local.day != policy.day_of_month or local.hour < policy.hour:
        return 0
    return _begin(f"{local:%Y-%m}", now)


@transaction.atomic
def begin_by_hand(*, actor: "User", region_code: str, now: datetime) -> int:
    """The same at once, by who sets up channels; where this month's has been held only contact points that are new are asked."""
    require(actor, rights.CHANNELS, region_code)
    month = f"{timezone.localtime(now):%Y-%m}"
    count = _ask(month, now, region_code)
    record_audit(actor, "reachability.begun", "region", region_code, region_code, {"month": month, "asked": count})
    return count


@transaction.atomic
def try_own_channels(*, actor: "User", now: datetime) -> int:
    """One test by each way by which the person is reached; how many. Twice in a minute is once.

    InvalidInput for who has given no way but the screen.
    """
    ways = [one for one in contact_points_of(actor).points if one.kind not in (SCREEN, TELEPHONE)]
    if not ways:
        raise InvalidInput(_("Nothing can be sent to you yet: first add a way by which you are reached."))
    channels, minute = channels_set_up(), int(now.timestamp() // 60)
    keys = {f"{CHANNEL_TEST}-{deterministic_id(actor.pk, one.kind, one.address, minute)}": one for one in ways}
    known = set(Notice.objects.filter(key__in=keys).values_list("key", flat=True))
    made: list[Notice] = []
    sendings: list[Sending] = []
    for key, one in keys.items():
        if key in known:
            continue
        notice = Notice(
            id=new_id(),
            region_code=region_of_work(actor),
            person=actor,
            purpose=CHANNEL_TEST,
            why=CHANNEL_TEST,
            key=key,
            written_at=now,
            deadline=now + timedelta(minutes=sending().reachability.window_min),
        )
        made.append(notice)
        sendings.append(sending_by(notice, Way(one.kind, one.address, point_id=one.id), channels))
        notice.fate = sendings[-1].fate
    insert_all(made)
    insert_all(sendings)
    record_audit(actor, "channels.tested", "user", str(actor.pk), region_of_work(actor), {"ways": len(ways)})
    return len(ways)


@transaction.atomic
def _begin(month: str, now: datetime) -> int:
    return 0 if month in months(limit=3) else _ask(month, now, "")


def _ask(month: str, now: datetime, region_code: str) -> int:
    deadline = now + timedelta(minutes=sending().reachability.window_min)
    channels = channels_set_up()
    made: list[Notice] = []
    ways: list[Sending] = []
    known = set(Notice.objects.filter(key__startswith=key_of(month)).values_list("key", flat=True))
    for body in visible_organisations(system_actor()).prefetch_related("people"):
        if region_code and body.region_id != region_code:
            continue
        for channel, address, person, point_id in _points(body):
            key = f"{key_of(month)}{deterministic_id(body.pk, channel, address, person.pk if person else '')}"
            if key in known:
                continue
            known.add(key)
            notice = Notice(
                id=new_id(),
                region_code=body.region_id,
                organisation=body,
                person=person,
                purpose=REACHABILITY,
                why=REACHABILITY,
                key=key,
                written_at=now,
                deadline=deadline,
            )
            made.append(notice)
            ways.append(sending_by(notice, Way(channel, address, point_id=point_id), channels))
            notice.fate = ways[-1].fate
    insert_all(made)
    insert_all(ways)
    return len(made)


def _points(body: "Organisation") -> "Iterator[tuple[str, str, User | None, UUID | None]]":
    for point in desk_of(body).points:
        if point.kind != "screen":
            yield point.kind, point.address, None, point.id
    for person in body.people.all():
        if person.is_active:
            yield "screen", str(person.pk), person, None
            for point in contact_points_of(person).points:
                if point.kind != "screen":
                    yield point.kind, point.address, person, point.id
