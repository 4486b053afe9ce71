"""What gathering needs to know of alarms and open cases."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from tocsin.base.time import ms_from_datetime
from tocsin.command.casebook.models import Case, Membership
from tocsin.command.casebook.policy import policy
from tocsin.command.casebook.queries.cases import OPEN, root_of
from tocsin.command.casebook.rules.alarm_facts import AlarmFacts, Cause
from tocsin.command.casebook.rules.cases import CaseState, OutcomeKind
from tocsin.command.gathering.models import Apart, Proposal
from tocsin.warning import face as warning
from tocsin.warning.alarms.rules.states import SET_ASIDE

HYPOTHESES = 5  # of each diagnosis; what comes later says nothing about others


def open_proposals(case: Case) -> QuerySet[Proposal]:
    """What the machine asks about this case and about others that might go into it."""
    return (
        Proposal.objects.filter(Q(case=case) | Q(other=case), answered_at__isnull=True)
        .filter(case__state__in=OPEN, other__state__in=OPEN)
        .select_related("case", "other", *warning.loaded_alarm("alarm"))
    )


@dataclass(frozen=True)
class Candidate:
    """An alarm in an open case that others may join: its facts, its case, and whether it speaks for it.

    What one that does not was diagnosed as explains no other: its facts have no hypotheses.
    """

    case_id: UUID
    opened_at: datetime
    is_lead: bool
    facts: AlarmFacts


def regions_of_unplaced_alarms(*, due_before: datetime) -> list[str]:
    """The counties in which `unplaced_alarms` finds some that may open a case."""
    counties = _unplaced(due_before).order_by("region_code").values_list("region_code", flat=True).distinct()
    opening = Q(pk__in=())
    for code in counties:
        opening |= Q(region_code=code) & _opening(code)
    return list(counties.filter(opening))


def unplaced_alarms(region_code: str, *, due_before: datetime, limit: int, lower: bool = False) -> list[Any]:
    """Open alarms without a case that wait for no diagnosis, oldest first: those that may open one, or those that may not.

    The latter, with `lower`, are alarms below the opening level and those that are set aside.
    """
    found = _unplaced(due_before).filter(~_opening(region_code) if lower else _opening(region_code), region_code=region_code)
    return list(found.select_related(*warning.loaded_alarm(explained=True, owner=True))[:limit])


def _unplaced(due_before: datetime) -> QuerySet[Any]:
    gathered = Membership.objects.order_by().values("alarm_id")
    return warning.alarms_done_with_diagnosis(due_before=due_before).exclude(pk__in=gathered)


def _opening(region_code: str) -> Q:
    return Q(level__gte=policy(region_code).gathering.opening_level) & ~Q(state__in=SET_ASIDE)


def facts_of(found: Collection[Any]) -> dict[UUID, tuple[AlarmFacts, UUID | None]]:
    """By alarm its facts and the id of the diagnosis that they come from."""
    diagnoses = warning.newest_diagnoses(alarm.pk for alarm in found)
    facts = {}
    for alarm in found:
        diagnosis = diagnoses.get(alarm.pk)
        causes = tuple(_cause(one) for one in diagnosis.result["hypotheses"][:HYPOTHESES]) if diagnosis else ()
        facts[alarm.pk] = (_facts(alarm, causes), diagnosis.pk if diagnosis else None)
    return facts


def candidates(region_code: str, *, now: datetime, without: Iterable[UUID] = ()) -> list[Candidate]:
    """Recent alarms of the county's open cases, oldest case first; of lead alarms with what the newest diagnosis says.

    A drill takes no real alarm.
    """
    since = now - timedelta(hours=policy(region_code).gathering.look_back_h)
    rows = list(
        Membership.objects.filter(case__in=Case.objects.real().filter(region_code=region_code, state__in=OPEN))
        .filter(alarm_id__in=warning.alarms_raised(since))
        .exclude(alarm_id__in=list(without))
        .order_by("case__opened_at", "case_id", "joined_at", "id")
        .values_list("case_id", "case__opened_at", "alarm_id", "case__lead_id")
    )
    loaded = {alarm.pk: alarm for alarm in warning.alarms_by_id(alarm_id for _case, _opened, alarm_id, _lead in rows)}
    leads = facts_of([loaded[lead] for lead in {lead for _case, _opened, alarm_id, lead in rows if lead in loaded}])
    return [
        Candidate(case_id, opened, alarm_id == lead, leads[alarm_id][0] if alarm_id == lead else _facts(loaded[alarm_id], ()))
        for case_id, opened, alarm_id, lead in rows
    ]


def any_case_to_reopen(region_code: str, *, now: datetime) -> bool:
    """Whether the county has a settled case at all that an alarm could open again."""
    since = now - timedelta(days=policy(region_code).cases.handling.reopen_within_days)
    return Case.objects.filter(region_code=region_code, state=CaseState.CLOSED, closed_at__gte=since).exists()


def closed_case_of_point(alarm: Any, *, now: datetime) -> Case | None:
    """The case, closed by persons within the days of the policy, in which the same point with the same rule rang before."""
    since = now - timedelta(days=policy(alarm.region_code).cases.handling.reopen_within_days)
    same = warning.alarms_of_point(alarm)
    rows = Membership.objects.filter(alarm_id__in=same, case__state=CaseState.CLOSED, case__closed_at__gte=since)
    settled = rows.filter(case__outcomes__kind=OutcomeKind.SETTLED, case__outcomes__ended_at__isnull=True)
    row = settled.select_related("case").order_by("-case__closed_at").first()
    return None if row is None else row.case


def apart_from(case_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """By case those that a person keeps apart from it; a case that was merged since stands for the one that it went into."""
    found: dict[UUID, set[UUID]] = {}
    for pair in Apart.objects.select_related("one__merged_into", "other__merged_into"):
        one, other = root_of(pair.one).pk, root_of(pair.other).pk
        if one in case_ids or other in case_ids:
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
    return found


def _facts(alarm: Any, causes: tuple[Cause, ...]) -> AlarmFacts:
    asset = alarm.asset if alarm.sensor is None else alarm.sensor.asset
    device = alarm.device if alarm.sensor is None else alarm.sensor.device
    lost_with, lost_kind = _loss(alarm)
    return AlarmFacts(
        id=alarm.pk,
        raised_ms=ms_from_datetime(alarm.raised_at),
        lon=alarm.lon,
        lat=alarm.lat,
        asset_code=asset.code if asset else "",
        device=device.code if device else "",
        rule=alarm.rule,
        hypotheses=causes,
        lost_with=lost_with,
        lost_kind=lost_kind,
    )


def _loss(alarm: Any) -> tuple[str, str]:
    """The lost or flooding gateway, or the station, that this alarm tells of or that explains it."""
    told = alarm.explained_by or (alarm if alarm.sensor is None else None)
    if told is None:
        return "", ""
    return (told.asset.code, "station") if told.asset else (told.device.code, "gateway")


def _cause(one: Mapping[str, Any]) -> Cause:
    return Cause(
        cause=one["cause"],
        probability=one["probability"],
        asset_code=one["asset_code"] or "",
        lon=one["lon"],
        lat=one["lat"],
        onset_ms=one["onset_ms"],
    )
