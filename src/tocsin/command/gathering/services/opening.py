"""Cases that alarms open: many at once, since in a storm every statement makes somebody wait to be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tocsin.base.levels import AlarmLevel
from tocsin.base.time import datetime_from_ms
from tocsin.bus.bulk import insert_all
from tocsin.bus.services import record_events
from tocsin.command.casebook.events import CaseOpened
from tocsin.command.casebook.models import Case, Membership
from tocsin.command.casebook.policy import policy
from tocsin.command.casebook.rules.alarm_facts import AlarmFacts, Reason
from tocsin.command.casebook.rules.cases import FAULT, CaseState
from tocsin.command.casebook.services import clocks
from tocsin.command.casebook.services.log import Book, Line, cause_figures
from tocsin.warning import face as warning


@dataclass(frozen=True)
class Opening:
    """An open alarm (loaded with what `queries.alarms` loads) that begins a case with this id."""

    case_id: UUID
    alarm: Any
    facts: AlarmFacts
    diagnosis_id: UUID | None


def open_cases(book: Book, openings: Sequence[Opening]) -> list[Case]:
    """New cases with the next numbers of the day, in that order; the same rows as if each were opened by itself."""
    cases = [_case(book, one) for one in openings]
    book.row.save()
    insert_all(cases)
    insert_all(
        Membership(alarm_id=one.facts.id, case=case, reason=Reason.OPENED, joined_at=book.now, diagnosis_id=one.diagnosis_id)
        for case, one in zip(cases, openings, strict=True)
    )
    insert_all(clock for case in cases for clock in clocks.first(case, now=book.now))
    lines = [
        Line(case, alarm_id=one.facts.id, figures=cause_figures(one.facts)) for case, one in zip(cases, openings, strict=True)
    ]
    book.note_all("opened", lines)
    warning.note_cases(numbers={one.facts.id: case.number for case, one in zip(cases, openings, strict=True)}, now=book.now)
    record_events((_event(case, one.facts), book.region_code) for case, one in zip(cases, openings, strict=True))
    return cases


def _case(book: Book, opening: Opening) -> Case:
    alarm = opening.alarm
    taken = alarm.acknowledged_by_id is not None or alarm.assigned_to_id is not None or alarm.level_held
    return book.case_to_be(
        begun_at=datetime_from_ms(opening.facts.raised_ms),
        id=opening.case_id,
        kind=FAULT if book.is_of_instruments(opening.facts, alarm.level) else "",
        lead=alarm,
        state=CaseState.ANALYSING if taken else CaseState.WAITING,
        level=alarm.level,
        peak_level=max(alarm.level, alarm.peak_level),
        touched_at=book.now if taken else None,
        dispatch_due=alarm.level >= AlarmLevel(policy(book.region_code).cases.handling.dispatching_level),
    )


def _event(case: Case, facts: AlarmFacts) -> CaseOpened:
    cause = facts.first.cause if facts.first else ""
    return CaseOpened(case_id=str(case.pk), number=case.number, alarm_id=str(facts.id), level=case.level, cause=cause)
