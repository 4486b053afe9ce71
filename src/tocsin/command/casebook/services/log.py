"""The book of a county: numbers, new cases, lines of the time line, and what a case is by its alarms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from django.utils import timezone

from tocsin.base.ids import new_id
from tocsin.base.levels import AlarmLevel
from tocsin.base.percent import told_percent
from tocsin.base.time import ms_from_datetime
from tocsin.bus.bulk import insert_all, save_all
from tocsin.bus.services import record_event, record_events
from tocsin.command.casebook.events import AlarmJoinedCase, CaseChanged, CaseNoted
from tocsin.command.casebook.models import Case, CaseBook, CaseChange, Membership, Outcome
from tocsin.command.casebook.policy import Handling, policy, policy_of
from tocsin.command.casebook.rules import cases as rules
from tocsin.command.casebook.rules.alarm_facts import AlarmFacts, Join, Reason
from tocsin.command.casebook.rules.cases import FAULT, CaseState, Member, Origin
from tocsin.command.casebook.rules.order_states import ENDED, OrderRole, OrderState
from tocsin.command.casebook.services import clocks
from tocsin.records.face import names_in_force, record_audits
from tocsin.warning import face as warning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.jurisdiction.face import User


_WITH_A_LOSS = (Reason.SHARED_STATION, Reason.SHARED_GATEWAY)  # their values are unknown, and nothing else
_RUNNING = [state.value for state in OrderState if state not in ENDED]
_FIELDS = [one.name for one in Case._meta.concrete_fields if not one.primary_key]


@dataclass(frozen=True)
class Line:
    """What one line of a time line says of one case."""

    case: Case
    other: Case | None = None
    alarm_id: UUID | None = None
    text: str = ""
    figures: Mapping[str, object] = field(default_factory=dict)


@dataclass
class Book:
    """The county's book, held until the transaction ends: who writes, from where, and when by the judging clock."""

    row: CaseBook
    actor: "User"
    channel: str
    now: datetime
    ended: "list[Case]" = field(default_factory=list)  # cases that ended by themselves in this transaction
    memo: dict[str, Any] = field(default_factory=dict)  # what has been looked up at this moment

    @property
    def region_code(self) -> str:
        """The county."""
        return self.row.region_code

    def new_case(self, *, begun_at: datetime, number: str = "", **fields: Any) -> Case:
        """A saved case with the next number (or its own) and a copy of the policy in force; its clocks count from `begun_at`."""
        case = self.case_to_be(begun_at=begun_at, number=number, **fields)
        self.row.save()
        case.save(force_insert=True)
        return case

    def case_to_be(self, *, begun_at: datetime, number: str = "", **fields: Any) -> Case:
        """The same before it, and the book that has given the number, are saved."""
        return Case(
            **{"id": new_id(), **fields},
            region_code=self.region_code,
            number=number or self._next_number(),
            begun_at=min(begun_at, self.now),
            opened_at=self.now,
            policy={
                **msgspec.to_builtins(policy(self.region_code).cases),
                "versions": names_in_force("command", self.region_code),
            },
        )

    def join(self, case: Case, facts: AlarmFacts, join: Join, *, diagnosis_id: UUID | None = None) -> None:
        """The alarm goes into the case, for that reason."""
        Membership.objects.create(
            alarm_id=facts.id,
            case=case,
            reason=join.reason,
            figures=dict(join.figures),
            joined_at=self.now,
            diagnosis_id=diagnosis_id,
        )
        if join.reason not in _WITH_A_LOSS:
            self.tell_kind(case, facts)
        self.note(case, "joined", alarm_id=facts.id, figures={"reason": join.reason.value, "why": dict(join.figures)})
        self.refresh(case)
        self.number_alarms([facts.id], case)
        record_event(
            AlarmJoinedCase(case_id=str(case.pk), alarm_id=str(facts.id), reason=join.reason.value), region=self.region_code
        )

    def tell_kind(self, case: Case, facts: AlarmFacts) -> None:
        """A case that began with a lost or faulty instrument is more from the first alarm on that tells of something else; its
        limits are those of its level from then on. Loosened they are never.
        """
        if case.kind == FAULT and case.origin == Origin.ALARM and not self.is_of_instruments(facts, case.level):
            case.kind = ""

    def is_of_instruments(self, facts: AlarmFacts, level: int) -> bool:
        """Whether the alarm, at that level, is of an instrument alone."""
        in_force = policy(self.region_code)
        quiet = AlarmLevel(level) <= in_force.cases.handling.quiet_level
        return facts.is_of_instruments(in_force.gathering, time_enough=quiet)

    def note(
        self,
        case: Case,
        act: str,
        *,
        other: Case | None = None,
        alarm_id: UUID | None = None,
        text: str = "",
        figures: Mapping[str, object] | None = None,
    ) -> CaseChange:
        """Adds a line to the case's time line; a person's is audited too."""
        return self.note_all(act, [Line(case, other, alarm_id, text, figures or {})])[0]

    def note_all(self, act: str, lines: "Sequence[Line]") -> list[CaseChange]:
        """One act upon many cases, a line in the time line of each. Three statements, however many they are."""
        first = self.row.lines + 1
        self.row.lines += len(lines)
        self.row.save()
        changes = insert_all(
            CaseChange(
                line=number,
                case=one.case,
                other=one.other,
                alarm_id=one.alarm_id,
                at=self.now,
                act=act,
                actor=self.actor,
                channel=self.channel,
                text=one.text.strip()[:2000],
                figures=dict(one.figures),
            )
            for number, one in enumerate(lines, first)
        )
        if self.channel != MACHINE:
            for case in {one.case.pk: one.case for one in lines}.values():
                record_event(CaseNoted(case_id=str(case.pk), act=act), region=case.region_code)
        if self.channel != MACHINE or act == "opened":
            record_audits(self.actor, f"case.{act}", "case", [self._audited(one) for one in lines])
        return changes

    def _audited(self, line: "Line") -> tuple[UUID, str, dict[str, object]]:
        details: dict[str, object] = {"number": line.case.number, "channel": self.channel}
        if line.other is not None:
            details["other"] = line.other.number
        return line.case.pk, line.case.region_code, details

    def refresh(self, case: Case, *, tell: bool = True) -> None:
        """Level and state as its alarms, its lead order and what persons decided make them; told where they changed."""
        self.refresh_all([case], tell=tell)

    def refresh_all(self, cases: "Sequence[Case]", *, tell: bool = True) -> None:
        """The same for many cases, in few statements."""
        found = [case for case in cases if case.state != CaseState.MERGED]
        if not found:
            return
        before = {case.pk: (case.state, case.level, case.peak_level) for case in found}
        members, endings = members_of_all(found), _endings_of(found)
        for case in found:
            self._work_out(case, members[case.pk], endings.get(case.pk, (None, None)))
        save_all(found, *_FIELDS)
        clocks.follow_all(found, now=self.now)
        changed = [case for case in found if tell and (case.state, case.level, case.peak_level) != before[case.pk]]
        record_events(
            (CaseChanged(case_id=str(case.pk), state=case.state, level=case.level), case.region_code) for case in changed
        )

    def _work_out(self, case: Case, members: "list[MemberRow]", ending: "tuple[str | None, str | None]") -> None:
        """`ending`: the outcome that stands, and the state of the lead unit's order."""
        touched = case.touched_at is not None or any(one.taken for one in members)
        if touched and case.touched_at is None:
            case.touched_at = self.now
        in_force = [one.member for one in members]
        set_level = None if case.set_level is None else AlarmLevel(case.set_level)
        case.level = rules.level_of(in_force, set_level)
        case.peak_level = max(case.peak_level, case.level, *(one.peak_level for one in in_force))
        facts = _facts(case, members, ending, touched=touched)
        state = rules.state_of(facts, closes_itself_up_to=self._handling(case).quiet_level)
        case.closed_at = None if state is not CaseState.CLOSED else (case.closed_at or self.now)
        if state is CaseState.CLOSED and case.state != CaseState.CLOSED and facts.outcome is None:
            self.note(case, "closed")
            self.ended.append(case)
        elif case.state == CaseState.CLOSED and state is not CaseState.CLOSED:
            self.note(case, "reopened")
        case.state = state

    def _handling(self, case: Case) -> Handling:
        return policy_of(case.policy).handling

    def number_alarms(self, alarm_ids: list[UUID], case: Case) -> None:
        """Lets the alarms carry the number of the case that they are in."""
        warning.note_cases(numbers=dict.fromkeys(alarm_ids, case.number), now=self.now)

    def take_alarms(self, case: Case) -> None:
        """Who writes has taken note of every alarm of the case."""
        warning.take_alarms(actor=self.actor, alarm_ids=_alarm_ids(case), number=case.number, now=self.now)

    def retire_alarms(self, case: Case, alarm_ids: "Sequence[UUID] | None" = None) -> None:
        """The case is over: of its alarms (of these, where given) those whose condition is gone are let go."""
        ids = _alarm_ids(case) if alarm_ids is None else alarm_ids
        if ids:
            warning.retire_alarms(actor=self.actor, alarm_ids=ids, number=case.number, now=self.now)

    def _next_number(self) -> str:
        """The next of the day, without a hole: it is written with the case. A clock that goes back goes on in the newest day."""
        day = f"{timezone.localtime(self.now):%Y%m%d}"
        if day > self.row.day:
            self.row.day, self.row.last = day, 0
        self.row.last += 1
        return rules.number_of(self.region_code, self.row.day, self.row.last)


MACHINE = "gathering"


def _alarm_ids(case: Case) -> list[UUID]:
    return list(Membership.objects.filter(case=case).order_by().values_list("alarm_id", flat=True))


def open_book(region_code: str, *, actor: "User", channel: str, now: datetime, memo: dict[str, Any] | None = None) -> Book:
    """Holds the county's book; call it first in the transaction. `memo`: what one before it has looked up at the same `now`."""
    CaseBook.objects.get_or_create(region_code=region_code)
    return Book(CaseBook.objects.select_for_update().get(pk=region_code), actor, channel, now, memo={} if memo is None else memo)


@dataclass(frozen=True)
class MemberRow:
    """A member with whether a person has taken its alarm in hand."""

    member: Member
    taken: bool


def members_of(case: Case) -> list[MemberRow]:
    """The alarms of a case as the rules take them, in the order in which they joined."""
    return members_of_all([case])[case.pk]


def members_of_all(cases: "Sequence[Case]") -> dict[UUID, list[MemberRow]]:
    """The same for many cases, in two queries."""
    found: dict[UUID, list[MemberRow]] = {case.pk: [] for case in cases}
    rows = Membership.objects.filter(case__in=list(found)).order_by("joined_at", "id")
    standings = warning.alarm_standings(rows.order_by().values_list("alarm_id", flat=True))
    for case_id, alarm_id in rows.values_list("case_id", "alarm_id"):
        if (one := standings.get(alarm_id)) is not None:
            member = Member(alarm_id, ms_from_datetime(one.raised_at), one.level, one.peak_level, one.is_open)
            found[case_id].append(MemberRow(member, taken=one.taken))
    return found


def _endings_of(cases: "Sequence[Case]") -> dict[UUID, tuple[str | None, str | None]]:
    """By case the outcome that stands, and the state of its lead unit's order, as far as there are any."""
    ids = [case.pk for case in cases]
    standing = Outcome.objects.filter(case__in=ids, refused=False, ended_at__isnull=True, confirmed_at__isnull=False)
    outcomes = dict(standing.order_by("proposed_at").values_list("case_id", "kind"))  # the newest stands
    leading = Case.objects.filter(pk__in=ids, orders__role=OrderRole.LEAD, orders__state__in=_RUNNING)
    states = dict(leading.order_by().values_list("pk", "orders__state"))
    return {pk: (outcomes.get(pk), states.get(pk)) for pk in {*outcomes, *states}}


def _facts(case: Case, members: list[MemberRow], ending: tuple[str | None, str | None], *, touched: bool) -> rules.CaseFacts:
    outcome, lead_order = ending
    return rules.CaseFacts(
        any_alarm=bool(members),
        any_open=any(one.member.is_open for one in members),
        peak_level=AlarmLevel(case.peak_level),
        touched=touched,
        lead_order=None if lead_order is None else OrderState(lead_order),
        calm=case.calm_since is not None,
        outcome=None if outcome is None else rules.OutcomeKind(outcome),
    )


def cause_figures(facts: AlarmFacts) -> dict[str, object]:
    """The likeliest cause as a line of the time line carries it; empty without a diagnosis."""
    first = facts.first
    if first is None:
        return {}
    return {"cause": first.cause, "percent": told_percent(first.probability), "asset": first.asset_code}
