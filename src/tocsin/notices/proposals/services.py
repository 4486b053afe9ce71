"""A draft of policy that was tried is told to everybody who may confirm it, once, and to nobody any more once it is decided."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

from tocsin.bus.envelope import decode_event, read_events
from tocsin.bus.services import in_one_transaction
from tocsin.jurisdiction.face import people_who_may
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.queries.directory import Directory
from tocsin.notices.messages.services.delivery import supersede
from tocsin.notices.messages.services.writing import Draft, write_all
from tocsin.notices.proposals.rules import PROPOSAL, SECOND, key_of
from tocsin.notices.rosters.models import LogPosition
from tocsin.records.face import waiting_version
from tocsin.records.versions.events import PolicyConfirmed, PolicyDeclined, PolicyTried

if TYPE_CHECKING:
    from tocsin.bus.envelope import Event

KINDS = (PolicyTried, PolicyConfirmed, PolicyDeclined)
CONSUMER = "proposals-told"


def told_position() -> int:
    """Sequence of the last event whose notices are written; 0 at the very beginning."""
    return LogPosition.objects.filter(consumer=CONSUMER).values_list("sequence", flat=True).first() or 0


def tell_entries(entries: "Sequence[tuple[int, bytes]]") -> None:
    """What was tried, confirmed or declined meanwhile. What concerns nobody is read again after a restart."""
    events = [decode_event(payload) for _sequence, payload in entries]
    if any(read_events(events, KINDS)):
        tell_second_persons(events=events, position=entries[-1][0], now=settings.CONFIGURATION.clock.now())


def tell_second_persons(*, events: "Iterable[Event]", position: int, now: datetime) -> None:
    """The notices that follow from these events, once."""
    in_one_transaction(partial(_tell, [one.event for one in read_events(events, KINDS)], position, now))


def _tell(events: "Sequence[Any]", position: int, now: datetime) -> None:
    for event in events:
        if not isinstance(event, PolicyTried):
            supersede(Notice.objects.filter(purpose=PROPOSAL, key__startswith=key_of(event.version_id)), now=now)
    tried = dict.fromkeys(event.version_id for event in events if isinstance(event, PolicyTried))
    drafts = [draft for version_id in tried for draft in _drafts(UUID(version_id))]
    if drafts:
        write_all(drafts, Directory(now))
    LogPosition.objects.update_or_create(consumer=CONSUMER, defaults={"sequence": position})


def _drafts(version_id: UUID) -> Iterator[Draft]:
    """Nothing of a draft that was decided before anybody could be told."""
    row = waiting_version(version_id)
    if row is None:
        return
    figures = {"version": str(row.pk), "policy": row.policy, "item": row.key, "by": str(row.made_by or "")}
    for person in people_who_may("policy.confirm", row.region_code):
        if person.pk != row.made_by_id:
            yield Draft(PROPOSAL, SECOND, False, key_of(row.pk, person.pk), person=person, figures=figures)
