"""Whoever lies in the area of a warning is asked once: what is new, what has risen, what is over, and nothing else.

Thousands may lie there: they are asked some at a time, each time in a short transaction that holds demand, task and notice. Who
has a demand at this level has been asked, so that a round that was killed is taken up by the next one, and nobody hears twice.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import batched
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from tocsin.bus.bulk import in_batches, insert_all, save_all
from tocsin.jurisdiction.face import Organisation
from tocsin.mobilisation.incoming_warnings.models import IncomingWarning, WarningDemand
from tocsin.mobilisation.incoming_warnings.policy import WarningMeasure, Who, incoming_policy
from tocsin.mobilisation.incoming_warnings.queries.exposed import Exposed, exposed_to
from tocsin.mobilisation.incoming_warnings.rules.states import OUTSIDE, OVER, IncomingState
from tocsin.mobilisation.incoming_warnings.services.warned import Asked, is_urgent, tell_asked, tell_over
from tocsin.mobilisation.public_warnings.rules.states import NUMBERS
from tocsin.notices.face import Directory, look_up_ways
from tocsin.supervision.face import ask_firms, take_back_tasks

if TYPE_CHECKING:
    from django.db.models import QuerySet

_AT_ONCE = 5
_LOOKED_UP = 200  # whose ways are looked up together, before the transactions in which they are told
_FIRST = 20  # of the first transaction; the others as long as it shows
_CHANGED_FIELDS = (
    *("organisation", "exposed", "measure", "level", "asked_at", "due_at", "done_at", "escalated_at", "ended_at"),
    *("done_as", "words", "ended_why", "task_id", "notice_key"),
)
type Key = tuple[str, UUID | None]


class _Changed(Exception):
    """The warning is no longer what this round began with: the next one begins with what it says then."""


@dataclass(frozen=True)
class Recipient:
    """Who is to be asked: a body, or a firm with the body that its people belong to."""

    who: Who
    organisation: Organisation | None
    object_id: UUID | None
    region_code: str
    exposed: dict[str, int]

    @property
    def key(self) -> Key:
        """One demand of a warning has it."""
        return (self.who, self.object_id) if self.object_id else (self.who, self.organisation.pk if self.organisation else None)


type Wanted = tuple[Recipient, WarningMeasure]


def join_warnings(*, now: datetime) -> int:
    """Looks for who is concerned by some warnings that are new or have changed; returns how many were looked at."""
    found = list(IncomingWarning.objects.filter(to_join=True).select_related("service").order_by("changed_at", "id")[:_AT_ONCE])
    for warning in found:
        with suppress(_Changed):
            _join(warning, now)
    return len(found)


def _join(warning: IncomingWarning, now: datetime) -> None:
    holds = warning.state == IncomingState.IN_FORCE
    if holds and not warning.exercise:
        recipients = list(_recipients(exposed_to(warning, now)))
        _ask(warning, recipients, now)
        _release(warning, {one.key for one in recipients}, OUTSIDE, now)
    elif not holds:
        _release(warning, (), OVER, now)
    with transaction.atomic():
        held = _held(warning)
        held.to_join = False
        held.save(update_fields=["to_join"])


def _held(warning: IncomingWarning) -> IncomingWarning:
    """Locked, as it was when the round began; _Changed otherwise."""
    held = IncomingWarning.objects.select_for_update(of=("self",)).get(pk=warning.pk)
    if held.changed_at != warning.changed_at or held.state != warning.state:
        raise _Changed
    return held


def _recipients(exposed: Exposed) -> "Iterable[Recipient]":
    for desk in exposed.desks.values():
        yield Recipient("desk", desk, None, desk.region_id, {})
    bodies = Organisation.objects.in_bulk(
        [*exposed.owners, *(one.organisation_id for one in exposed.firms.values() if one.organisation_id)]
    )
    for pk, things in exposed.owners.items():
        if pk in bodies and pk not in exposed.desks:
            yield Recipient("owner", bodies[pk], None, bodies[pk].region_id, things)
    for object_id, firm in exposed.firms.items():
        body = bodies.get(firm.organisation_id) if firm.organisation_id else None
        yield Recipient("firm", body, object_id, firm.region_code, {})


def _ask(warning: IncomingWarning, recipients: list[Recipient], now: datetime) -> None:
    """New ones are asked; those that were asked at a lower level are asked again; the others are left in peace."""
    policy, directory = incoming_policy(warning.service.region_code), Directory(now)
    there = {_key(one): one for one in warning.demands.only("who", "object", "organisation", "ended_at", "level")}
    wanted = [
        (recipient, measure)
        for recipient in recipients
        if (measure := policy.measure_for(recipient.who, warning.kind, warning.level)) is not None
        and _is_to_be_asked(there.get(recipient.key), warning.level)
    ]
    for some in batched(wanted, _LOOKED_UP):
        bodies = [one.organisation for one, _measure in some if one.organisation is not None]
        look_up_ways(bodies, directory, urgent=is_urgent(warning))
        in_batches(some, partial(_ask_some, warning, directory, now), first=_FIRST)


def _ask_some(warning: IncomingWarning, directory: Directory, now: datetime, wanted: "Sequence[Wanted]") -> None:
    """In one transaction: demand, a firm's task, and the notice that tells of them."""
    _held(warning)
    there = {_key(one): one for one in _demands_of(warning, wanted).select_for_update()}
    asked: list[Asked] = []
    for recipient, measure in wanted:
        known = there.get(recipient.key)
        if not _is_to_be_asked(known, warning.level):
            continue
        demand = known or WarningDemand(warning=warning, who=recipient.who, region_code=recipient.region_code)
        demand.organisation, demand.object_id, demand.exposed = recipient.organisation, recipient.object_id, recipient.exposed
        _begin(demand, measure, warning.level, now)
        asked.append(Asked(demand, measure, again=known is not None))
    _give_tasks(warning, asked, now)
    tell_asked(warning, asked, directory)
    insert_all([one.demand for one in asked if not one.again])
    save_all([one.demand for one in asked if one.again], *_CHANGED_FIELDS)


def _demands_of(warning: IncomingWarning, wanted: "Sequence[Wanted]") -> "QuerySet[WarningDemand]":
    firms = [one.object_id for one, _measure in wanted if one.object_id]
    bodies = [one.organisation for one, _measure in wanted if one.organisation is not None and not one.object_id]
    return warning.demands.filter(Q(object__in=firms) | Q(object=None, organisation__in=bodies))


def _begin(demand: WarningDemand, measure: WarningMeasure, level: str, now: datetime) -> None:
    demand.measure, demand.level, demand.asked_at = measure.code, level, now
    demand.due_at = now + timedelta(minutes=measure.within_min)
    demand.done_at = demand.escalated_at = demand.ended_at = None
    demand.done_as = demand.words = demand.ended_why = ""


def _is_to_be_asked(known: WarningDemand | None, level: str) -> bool:
    return known is None or known.ended_at is not None or NUMBERS[level] < NUMBERS[known.level]


def _give_tasks(warning: IncomingWarning, asked: "list[Asked]", now: datetime) -> None:
    """Firms have theirs among their other tasks, with its clock; one of a lower level is taken back."""
    firms = [one for one in asked if one.demand.object_id is not None]
    take_back_tasks([one.demand.task_id for one in firms if one.demand.task_id])
    for code in sorted({one.measure.code for one in firms}):
        rows = [one for one in firms if one.measure.code == code]
        tasks = ask_firms(
            object_ids=[one.demand.object_id for one in rows if one.demand.object_id],
            reference=f"{warning.pk}-{warning.level}-{now:%Y%m%d%H%M%S}",
            evidence={"warning": evidence_of(warning, rows[0].measure)},
            due_at=rows[0].demand.due_at,
            now=now,
        )
        for one in rows:
            assert one.demand.object_id is not None  # noqa: S101 - filtered above
            one.demand.task_id = tasks.get(one.demand.object_id)


def evidence_of(warning: IncomingWarning, measure: WarningMeasure) -> dict[str, Any]:
    """What a firm's task says of the warning, also once policy has changed."""
    headline = {language: texts.get("headline", "") for language, texts in warning.texts.items()}
    return {"headline": headline, "level": warning.level, "do": {"zh": measure.zh, "en": measure.en}}


def _release(warning: IncomingWarning, inside: Collection[Key], why: str, now: datetime) -> None:
    """Whoever an update leaves outside, or everybody once it is over, is asked nothing any longer and hears so once."""
    directory = Directory(now)
    rows = warning.demands.filter(ended_at=None).select_related("organisation")
    left = [one for one in rows if _key(one) not in inside]
    for some in _by_body(left):
        look_up_ways([one.organisation for one in some if one.organisation is not None], directory, urgent=False)
        in_batches([one.pk for one in some], partial(_end_some, warning, why, directory, now), first=_FIRST)


def _by_body(rows: list[WarningDemand]) -> "Iterator[Sequence[WarningDemand]]":
    """Those of one body one behind the other: it hears of them together."""
    return batched(sorted(rows, key=lambda one: str(one.organisation_id)), _LOOKED_UP)


def _end_some(warning: IncomingWarning, why: str, directory: Directory, now: datetime, ids: Sequence[UUID]) -> None:
    """In one transaction: what was not done yet is closed with the reason, and who was asked hears of it."""
    _held(warning)
    open_ones = WarningDemand.objects.select_for_update(of=("self",)).filter(pk__in=ids, ended_at=None)
    rows = list(open_ones.select_related("organisation"))
    take_back_tasks([one.task_id for one in rows if one.task_id], key="warning", why=why)
    for one in rows:
        one.ended_at, one.ended_why = now, why
    save_all(rows, "ended_at", "ended_why")
    tell_over(warning, rows, why, directory)


def _key(demand: WarningDemand) -> Key:
    return (demand.who, demand.object_id) if demand.object_id else (demand.who, demand.organisation_id)
