"""Clocks follow their case: begun with it, tightened when it rises, met by what happens, stopped when nothing is waited for."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from tocsin.base.levels import AlarmLevel
from tocsin.bus.bulk import insert_all, save_all
from tocsin.command.casebook.models import Case, Clock
from tocsin.command.casebook.policy import policy_of
from tocsin.command.casebook.queries.notices import notices_of_clocks
from tocsin.command.casebook.rules.cases import CaseState, own_limits
from tocsin.command.casebook.rules.clocks import STAGES, Again, Running, Step, earlier_due, next_moment, reached_stage
from tocsin.notices.face import Notice, silence

if TYPE_CHECKING:
    from uuid import UUID

_REACHED: Final[dict[CaseState, int]] = {
    CaseState.CREW_LEFT: 1,
    CaseState.ON_SITE: 2,
    CaseState.CONTROLLED: 3,
    CaseState.CAUSE_FOUND: 4,
    CaseState.MENDED: 4,
    CaseState.RECHECKING: 4,
}
_NOTHING_TO_REPORT: Final = (CaseState.MENDED, CaseState.RECHECKING)  # the unit has signed that it is mended: readings speak
_REPORTS: Final = (Step.REPORT, Step.RECEIPT)
_NEVER_SUSPENDED: Final = (*_REPORTS, Step.CHECK_IN)
_CHAIN: Final = (Step.LEAVE, Step.ARRIVE, Step.CONTROL, Step.FIND_CAUSE)


def follow_all(cases: Sequence[Case], *, now: datetime) -> None:
    """Brings the clocks of these cases to what their state and level ask for. Call it whenever either may have changed."""
    known: dict[UUID, dict[tuple[str, str], Clock]] = {case.pk: {} for case in cases}
    for clock in Clock.objects.filter(case__in=list(known)):
        known[clock.case_id][clock.step, clock.subject] = clock
    for case in cases:
        _follow(case, known[case.pk], now)


def follow(case: Case, *, now: datetime) -> None:
    """The same for one case."""
    follow_all([case], now=now)


def _follow(case: Case, clocks: dict[tuple[str, str], Clock], now: datetime) -> None:
    count = str(case.reopenings or "")
    if case.state in (CaseState.CLOSED, CaseState.MERGED):
        closing = clocks.get((Step.CLOSE, count))
        if case.state == CaseState.CLOSED and closing is not None and closing.met_at is None:
            _meet(closing, case, now)
        _stop([one for one in clocks.values() if one.step not in _REPORTS], now)  # a report is owed whatever becomes of the case
        return
    new = _asked(clocks, case, now)
    done = _just_met(clocks, case)
    _silence(done, now)
    for clock in done:
        _set_met(clock, case, now)
        if clock not in new:
            clock.save()
    insert_all(new)
    _wait_for_progress(clocks.get((Step.PROGRESS, count)), case, now)


def first(case: Case, *, now: datetime) -> list[Clock]:
    """The clocks of a case that begins, not saved yet: what `follow` makes for it."""
    clocks: dict[tuple[str, str], Clock] = {}
    new = _asked(clocks, case, now)
    for clock in _just_met(clocks, case):
        _set_met(clock, case, now)
    return new


def begin(case: Case, step: Step, subject: str, *, now: datetime, limit: timedelta, every: timedelta | None = None) -> Clock:
    """A clock of its own (an order to sign for, a report, a crew's check-in), from `now` on; the running one if there is one. One
    that comes again and was stopped begins anew.
    """
    clock, made = Clock.objects.get_or_create(
        case=case,
        step=step.value,
        subject=subject,
        defaults={"began_at": now, "due_at": now + limit, "every_s": every.total_seconds() if every else None},
    )
    if not made and every is not None and clock.stopped_at is not None:
        clock.began_at, clock.due_at, clock.stage, clock.stopped_at, made = now, now + limit, 0, None, True
    if made:
        wind(clock, case)
        clock.save()
    return clock


def own_clock(case: Case, step: Step, subject: str, *, began_at: datetime, limit: timedelta) -> Clock:
    """A clock of its own that nothing has yet, not saved: see `begin`."""
    clock = Clock(case=case, step=step.value, subject=subject, began_at=began_at, due_at=began_at + limit)
    wind(clock, case)
    return clock


def meet(case: Case, step: Step, subject: str, *, now: datetime) -> None:
    """The step has been done; a clock that comes again begins anew. Without such a clock nothing happens."""
    clock = Clock.objects.filter(case=case, step=step.value, subject=subject, stopped_at__isnull=True).first()
    if clock is not None and (clock.met_at is None or clock.every_s is not None):
        _meet(clock, case, now)


def meet_own(cases: Iterable[Case], step: Step, *, now: datetime) -> None:
    """The step has been done for these cases, whose own clocks of their newest opening waited for it once."""
    waiting = {case.pk: case for case in cases}
    own = {"step": step.value, "every_s__isnull": True, "met_at__isnull": True, "stopped_at__isnull": True}
    found = Clock.objects.filter(case__in=list(waiting), **own) if waiting else ()
    met = [clock for clock in found if clock.subject == str(waiting[clock.case_id].reopenings or "")]
    _silence(met, now)
    for clock in met:
        _set_met(clock, waiting[clock.case_id], now)
    save_all(met, "met_at", "next_at")


def fire(clock: Clock, case: Case, *, now: datetime) -> None:
    """The clock, not saved, has come to a stage and waits for the next one."""
    clock.stage = reached_stage(running(clock), now, again_of(case))
    wind(clock, case)


def begin_anew(clock: Clock, case: Case, *, now: datetime) -> None:
    """A report that never came: at the last stage the next one is waited for, the clock not saved. Others stay as overdue as they
    are.
    """
    if clock.step == Step.PROGRESS and clock.stage >= STAGES[-1]:
        _set_met(clock, case, now)


def meet_progress(case: Case, *, now: datetime) -> None:
    """Whoever is waited for has said how the matter stands: the next report is waited for from now on."""
    meet(case, Step.PROGRESS, str(case.reopenings or ""), now=now)


def stop(case: Case, step: Step, subject: str = "", *, now: datetime) -> None:
    """The step is no longer waited for."""
    _stop(Clock.objects.filter(case=case, step=step.value, subject=subject), now)


def restart(case: Case, *, stopped_at: datetime) -> None:
    """Clocks that stopped at that moment go on, their dues unmoved: what stopped them was taken back."""
    for clock in Clock.objects.filter(case=case, stopped_at=stopped_at, met_at__isnull=True):
        clock.stopped_at = None
        wind(clock, case)
        clock.save()


def wait_again(case: Case, *, met_at: datetime) -> None:
    """The steps that were met at that moment did not happen: their clocks run again, their dues unmoved."""
    for clock in Clock.objects.filter(case=case, step__in=_CHAIN, met_at=met_at):
        clock.met_at = None
        wind(clock, case)
        clock.save()


def begin_for_another(case: Case, step: Step, subject: str, *, now: datetime, due: datetime) -> None:
    """Somebody else is waited for from now on, until that time: what was missed before is not theirs."""
    for clock in Clock.objects.filter(case=case, step=step.value, subject=subject, met_at=None, stopped_at=None):
        clock.began_at, clock.due_at, clock.stage = now, due, 0
        wind(clock, case)
        clock.save()


def rewind_all(case: Case) -> None:
    """After a suspension was set or ended: when each running clock fires next. No due moves."""
    for clock in Clock.objects.filter(case=case, met_at__isnull=True, stopped_at__isnull=True):
        wind(clock, case)
        clock.save(update_fields=["next_at"])


def again_of(case: Case) -> Again:
    """How clocks of this case repeat."""
    return policy_of(case.policy).again


def running(clock: Clock) -> Running:
    """The clock as the rules take it."""
    return Running(clock.began_at, clock.due_at, clock.stage)


def _wait_for_progress(clock: Clock | None, case: Case, now: datetime) -> None:
    """Nothing is reported of what is mended; where the matter goes on after all, the next report is waited for from then on."""
    if clock is None or clock.met_at is not None:
        return
    if CaseState(case.state) in _NOTHING_TO_REPORT:
        _stop([clock], now)
    elif clock.stopped_at is not None:
        clock.stopped_at = None
        _meet(clock, case, now)


def _asked(clocks: dict[tuple[str, str], Clock], case: Case, now: datetime) -> list[Clock]:
    """Adds the clocks that the level asks for to the known ones and returns the new ones; tightens and saves those there are."""
    new = []
    count = str(case.reopenings or "")
    limits = policy_of(case.policy).limits_of(AlarmLevel(case.level), own=own_limits(case.kind, case.origin_reference))
    for name, minutes in limits.items():
        limit, clock = timedelta(minutes=minutes), clocks.get((name, count))
        if clock is None:
            clocks[name, count] = clock = _new(case, name, count, limit, now)
            new.append(clock)
        else:
            _tighten(clock, case, limit, now)
    return new


def _new(case: Case, name: str, count: str, limit: timedelta, now: datetime) -> Clock:
    every = limit.total_seconds() if name == Step.PROGRESS else None
    begun = case.opened_at if case.reopened_at is None else case.reopened_at
    began = now if now > begun else (case.reopened_at or case.begun_at)  # a level that came later asks from its own moment on
    clock = Clock(case=case, step=name, subject=count, began_at=began, due_at=began + limit, every_s=every)
    wind(clock, case)
    return clock


def _tighten(clock: Clock, case: Case, limit: timedelta, now: datetime) -> None:
    due = earlier_due(clock.due_at, raised_at=now, limit=limit)
    if due != clock.due_at and clock.met_at is None and clock.stopped_at is None:
        clock.due_at = due
        if clock.every_s is not None:
            clock.every_s = min(clock.every_s, limit.total_seconds())
        wind(clock, case)
        clock.save()


def _just_met(clocks: dict[tuple[str, str], Clock], case: Case) -> list[Clock]:
    """The clocks of steps that have happened and are not known as met."""
    found = (clocks.get((step, str(case.reopenings or ""))) for step in _happened(case))
    return [clock for clock in found if clock is not None and clock.met_at is None]


def _happened(case: Case) -> tuple[Step, ...]:
    met = [Step.JUDGE]
    if case.touched_at is not None:
        met.append(Step.CONFIRM)
    return (*met, *_CHAIN[: _REACHED.get(CaseState(case.state), 0)])


def _silence(done: Iterable[Clock], now: datetime) -> None:
    """Nobody is reminded any more of a step that is done: what its stages told waits for nobody."""
    if fired := [clock for clock in done if clock.stage]:
        silence(Notice.objects.filter(pk__in=[one.pk for one in notices_of_clocks(fired)]), now)


def _meet(clock: Clock, case: Case, now: datetime) -> None:
    _silence([clock], now)
    _set_met(clock, case, now)
    clock.save()


def _set_met(clock: Clock, case: Case, now: datetime) -> None:
    clock.met_at = now
    if clock.every_s is not None and case.state != CaseState.CLOSED:
        clock.began_at, clock.due_at, clock.stage, clock.met_at = now, now + timedelta(seconds=clock.every_s), 0, None
    wind(clock, case)


def _stop(clocks: Iterable[Clock], now: datetime) -> None:
    running = [clock for clock in clocks if clock.met_at is None and clock.stopped_at is None]
    _silence(running, now)
    for clock in running:
        clock.stopped_at, clock.next_at = now, None
        clock.save()


def wind(clock: Clock, case: Case) -> None:
    """Sets when it fires next: not at all when it is met or stopped, not before the end of a suspension.

    A report upward is owed by law, and a crew on site has to say that it is well: neither waits for a suspension.
    """
    waits = clock.met_at is None and clock.stopped_at is None
    moment = next_moment(running(clock), partial(again_of, case)) if waits else None
    if moment is not None and case.suspended_until is not None and clock.step not in _NEVER_SUSPENDED:
        moment = max(moment, case.suspended_until)
    clock.next_at = moment
