"""Whoever lies in the area of a warning is asked once: what is new, what has risen, what is over, and nothing else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from tocsin.jurisdiction.face import Organisation
from tocsin.mobilisation.incoming_warnings.models import IncomingWarning, WarningDemand
from tocsin.mobilisation.incoming_warnings.policy import WarningMeasure, Who, incoming_policy
from tocsin.mobilisation.incoming_warnings.queries.exposed import Exposed, exposed_to
from tocsin.mobilisation.incoming_warnings.rules.states import OUTSIDE, OVER, IncomingState
from tocsin.mobilisation.incoming_warnings.services.warned import Asked, tell_asked, tell_over
from tocsin.mobilisation.public_warnings.rules.states import NUMBERS
from tocsin.supervision.face import ask_firms, take_back_tasks

if TYPE_CHECKING:
    from collections.abc import Iterable

_AT_ONCE = 5


@dataclass(frozen=True)
class Recipient:
    """Who is to be asked: a body, or a firm with the body that its people belong to."""

    who: Who
    organisation: Organisation | None
    object_id: UUID | None
    region_code: str
    exposed: dict[str, int]

    @property
    def key(self) -> tuple[str, UUID | None]:
        """One demand of a warning has it."""
        return (self.who, self.object_id) if self.object_id else (self.who, self.organisation.pk if self.organisation else None)


def join_warnings(*, now: datetime) -> int:
    """Looks for who is concerned by some warnings that are new or have changed; returns how many were looked at."""
    found = list(IncomingWarning.objects.filter(to_join=True).order_by("changed_at", "id")[:_AT_ONCE])
    for warning in found:
        holds = warning.state == IncomingState.IN_FORCE and not warning.exercise
        recipients = list(_recipients(exposed_to(warning, now))) if holds else []  # outside of any transaction
        with transaction.atomic():
            held = IncomingWarning.objects.select_for_update(of=("self",)).select_related("service").get(pk=warning.pk)
            if held.changed_at != warning.changed_at or held.state != warning.state:
                continue  # it changed meanwhile: in the next round
            if holds:
                _ask(held, recipients, now)
                _release(held, {one.key for one in recipients}, now)
            elif held.state != IncomingState.IN_FORCE:
                _end(held, list(held.demands.select_for_update().filter(ended_at=None)), OVER, now)
            held.to_join = False
            held.save(update_fields=["to_join"])
    return len(found)


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
    policy = incoming_policy(warning.service.region_code)
    there = {_key(one): one for one in warning.demands.select_for_update()}
    asked: list[Asked] = []
    for recipient in recipients:
        measure = policy.measure_for(recipient.who, warning.kind, warning.level)
        known = there.get(recipient.key)
        if measure is None or (known is not None and not _has_risen(known, warning.level)):
            continue
        demand = known or WarningDemand(warning=warning, who=recipient.who, region_code=recipient.region_code)
        demand.organisation, demand.object_id, demand.exposed = recipient.organisation, recipient.object_id, recipient.exposed
        _begin(demand, measure, warning.level, now)
        asked.append(Asked(demand, measure, again=known is not None))
    _give_tasks(warning, asked, now)
    for one in asked:
        one.demand.save()
    tell_asked(warning, asked, now)


def _begin(demand: WarningDemand, measure: WarningMeasure, level: str, now: datetime) -> None:
    demand.measure, demand.level, demand.asked_at = measure.code, level, now
    demand.due_at = now + timedelta(minutes=measure.within_min)
    demand.done_at = demand.escalated_at = demand.ended_at = None
    demand.done_as = demand.words = demand.ended_why = ""


def _has_risen(demand: WarningDemand, level: str) -> bool:
    return demand.ended_at is not None or NUMBERS[level] < NUMBERS[demand.level]


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


def _release(warning: IncomingWarning, inside: set[tuple[str, UUID | None]], now: datetime) -> None:
    """Whoever an update leaves outside of the area is asked nothing any longer, and hears so once."""
    rows = [one for one in warning.demands.select_for_update().filter(ended_at=None) if _key(one) not in inside]
    if rows:
        _end(warning, rows, OUTSIDE, now)


def _end(warning: IncomingWarning, rows: list[WarningDemand], why: str, now: datetime) -> None:
    """Those who were asked hear that it is over for them; what was not done yet is closed, with the reason."""
    take_back_tasks([one.task_id for one in rows if one.task_id], key="warning", why=why)
    for one in rows:
        one.ended_at, one.ended_why = now, why
    WarningDemand.objects.bulk_update(rows, ["ended_at", "ended_why"], batch_size=200)
    tell_over(warning, rows, why, now)


def _key(demand: WarningDemand) -> tuple[str, UUID | None]:
    return (demand.who, demand.object_id) if demand.object_id else (demand.who, demand.organisation_id)
