"""The duty desk: who keeps it, open cases by their next clock, the log, handing over, the daily brief."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules import rights
from tocsin.command.duty import queries, services
from tocsin.command.duty.queries import CaseWithClock
from tocsin.command.duty.shown.brief import begin_of, daily_brief, day_to_read
from tocsin.command.duty.shown.desk import OpenCaseOut, describe_open_case
from tocsin.command.duty.shown.handovers import describe_handover, describe_matters, handover_sheet, numbers_over
from tocsin.command.duty.shown.shifts import describe_entry, describe_shift
from tocsin.command.duty.shown.words import ENTRY_NAMES
from tocsin.command.shifts import queries as shifts_queries
from tocsin.command.shifts import services as shifts_services
from tocsin.command.shifts.rules import WRITTEN_BY_HAND, EntryKind
from tocsin.jurisdiction.face import may, on_call, people_who_may
from tocsin.notices.face import calls_context
from tocsin.records.face import names_of_papers
from tocsin.screens.acts import Act, act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.page import list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.screens.tables import as_csv, wants_csv

if TYPE_CHECKING:
    from tocsin.command.shifts.models import Shift
    from tocsin.jurisdiction.face import Organisation

PAGE_SIZE = 50
CSV_COLUMNS = (
    *("number", "level_name", "title", "place", "state_name", "next_step", "due_at", "standing", "suspended_until", "drill"),
    *("opened_at", "region_code"),
)
LOG_COLUMNS = (
    "line",
    "at",
    "written_at",
    "by",
    "kind_name",
    "case",
    "said_by",
    "telephone",
    "sentence",
    "corrects",
    "corrected_by",
)


@never_cache
@require_GET
def duty(request: HttpRequest) -> HttpResponse:
    """Leads to the desk that the person keeps, else that of the person's own organisation."""
    desk = shifts_queries.own_desk(actor_of(request))
    if desk is None:
        raise NotAllowed(_("Your roles let you keep no duty desk."))
    return redirect("duty_desk", desk.pk)


@never_cache
@require_GET
def desk(request: HttpRequest, desk_id: UUID) -> HttpResponse:
    """The desk, as a page, as everything `live` of it, or its list of cases as CSV."""
    found, now = _desk(request, desk_id), current_time()
    if wants_csv(request):
        ids = [one.pk for one in queries.open_cases_of(request.user, found.region_id, now=now)]
        return as_csv("open-cases", CSV_COLUMNS, [_flat(row, now) for row in queries.with_next_clocks(request.user, ids)])
    context: dict[str, object] = {
        "desk": found,
        "counts": queries.count_open(request.user, found.region_id, now=now),
        "now": now,
    }
    context |= {**_around(request, found, now), **calls_context(request.user, found.region_id)}

    def describe(cases: list[Case]) -> list[OpenCaseOut]:
        rows = queries.with_next_clocks(request.user, [one.pk for one in cases])
        return [describe_open_case(row, now) for row in rows]

    found_cases = queries.open_cases_of(request.user, found.region_id, now=now)
    return list_page(request, found_cases, "command/duty/duty.html", describe_page=describe, context=context, part="live")


def page_texts() -> dict[str, str]:
    """For web/src/duty.ts."""
    return {
        "case_writing": _("There is news here. It is shown when you have sent or emptied what you are writing."),
        "left": _("{time} left"),
        "over": _("{time} over"),
    }


def _around(request: HttpRequest, desk: "Organisation", now: datetime) -> dict[str, object]:
    """Shift, log, and who could keep and lead the desk."""
    user = actor_of(request)
    shift = shifts_queries.running_shift(desk.pk)
    waiting = queries.open_handover(shift) if shift else None
    leaders, called = people_who_may(rights.LEAD, desk.region_id), on_call(desk, at=now)
    return {
        "page_texts": page_texts(),
        "desks": list(shifts_queries.desks(user)),
        "shift": describe_shift(shift, now) if shift else None,
        "keeps": shift is not None and shift.officers.filter(pk=user.pk).exists(),
        "on_call": called,
        "leader_id": next((one.user.pk for one in called if one.user is not None and one.user in leaders), None),
        "waiting": waiting,
        "may_answer": waiting is not None and waiting.given_by_id != user.pk,
        "entries": [describe_entry(one) for one in reversed(list(shifts_queries.log_of(shift)))] if shift else [],
        "entry_kinds": [(kind.value, ENTRY_NAMES[kind]) for kind in WRITTEN_BY_HAND],
        "leaders": leaders,
        "officers": [one for one in people_who_may(rights.KEEP, desk.region_id) if one.pk != user.pk],
        "may_lead": may(user, rights.LEAD, desk.region_id),
        "unsigned": [describe_shift(one, now) for one in shifts_queries.unsigned_shifts(user, desk.pk)[:10]],
        "unhanded": [describe_shift(one, now) for one in shifts_queries.unhanded_shifts(user, desk.pk)[:5]],
        "handovers": [describe_handover(one) for one in queries.visible_handovers(user).filter(shift__desk=desk)[:5]],
    }


@never_cache
@require_GET
def shift(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """The whole log of one shift, to read and for the leader to sign; `format=csv` is the log as a file."""
    found, now = _shift(request, shift_id), current_time()
    entries = [describe_entry(one) for one in shifts_queries.log_of(found)]
    if wants_csv(request):
        return as_csv(f"shift-log-{timezone.localtime(found.began_at):%Y%m%d-%H%M}", LOG_COLUMNS, entries)
    context = {
        "shift": describe_shift(found, now),
        "entries": entries,
        "may_sign": found.ended_at is not None and found.signed_at is None and may(request.user, rights.LEAD, found.region_code),
        "is_whole": shifts_services.is_whole(found),
        "handovers": [describe_handover(one) for one in queries.visible_handovers(request.user).filter(shift=found)],
    }
    return render(request, "command/duty/shift.html", context)


@never_cache
@require_GET
def give(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """What would be handed over now, for the giver to read, add words and sign."""
    found, now = _shift(request, shift_id), current_time()
    matters = queries.open_matters(found.region_code, now=now)
    before = queries.last_taken(found)
    context = {
        "shift": describe_shift(found, now),
        "before": before,
        "matters": describe_matters(request.user, matters, before),
        "over": numbers_over(matters, before),
        "now": now,
    }
    return render(request, "command/duty/give.html", context)


@never_cache
@require_GET
def handover(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """One handover with its frozen matters: to sign for or refuse, and to read later."""
    found = queries.visible_handovers(request.user).get(pk=handover_id)
    region = found.region_code
    context = {
        "sheet": handover_sheet(request.user, found, current_time()),
        "may_answer": found.answered_at is None and found.given_by_id != request.user.pk,
        "leaders": people_who_may(rights.LEAD, region),
        "leader_id": found.shift.leader_id,
        "officers": [one for one in people_who_may(rights.KEEP, region) if one.pk != request.user.pk],
        "paper": "handover_sheet" in names_of_papers(),
    }
    return render(request, "command/duty/handover.html", context)


@never_cache
@require_GET
def brief(request: HttpRequest, desk_id: UUID) -> HttpResponse:
    """The daily brief of a duty day: `day` is the local day on which it begins, today's without one."""
    found, now = _desk(request, desk_id), current_time()
    day = read_filters(Day, request.GET).day
    moment = day_to_read(now) if day is None else begin_of(day)
    context = {
        "desk": found,
        "brief": daily_brief(request.user, found, moment=min(moment, now), now=now),
        "paper": "daily_brief" in names_of_papers(),
    }
    return render(request, "command/duty/brief.html", context)


# --- what persons do there ---


@dataclass(frozen=True)
class Day:
    """Of which day the brief is."""

    day: date | None = None


def _join(actor: Actor, shift_id: UUID) -> None:
    shifts_services.join_shift(actor=actor, shift_id=shift_id)


def _lead(actor: Actor, shift_id: UUID, *, leader: UUID) -> None:
    shifts_services.name_leader(actor=actor, shift_id=shift_id, leader_id=leader)


def _write(
    actor: Actor,
    shift_id: UUID,
    *,
    kind: EntryKind = EntryKind.NOTE,
    text: str,
    at: datetime | None,
    said_by: str,
    telephone: str,
    corrects: UUID | None,
) -> None:
    shifts_services.write_entry(
        actor=actor,
        shift_id=shift_id,
        kind=kind,
        text=text,
        at=at,
        said_by=said_by,
        telephone=telephone,
        corrects_id=corrects,
    )


def _hand_over(actor: Actor, shift_id: UUID, *, words: str) -> None:
    services.hand_over(actor=actor, shift_id=shift_id, words=words)


def _sign(actor: Actor, shift_id: UUID, *, words: str) -> None:
    shifts_services.sign_log(actor=actor, shift_id=shift_id, words=words)


ACTS: dict[str, Act] = {
    "join": _join,
    "lead": _lead,
    "write": _write,
    "hand_over": _hand_over,
    "sign": _sign,
}


@act("duty_desk")
def begin(request: HttpRequest, desk_id: UUID, *, leader: UUID | None, officer: list[UUID], reason: str) -> None:
    """Takes the desk; then its page."""
    shifts_services.begin_shift(actor=actor_of(request), desk_id=desk_id, leader_id=leader, officer_ids=officer, reason=reason)


@require_POST
def act_on_shift(request: HttpRequest, shift_id: UUID, name: str) -> HttpResponse:
    """One act upon a shift; then the desk's page, or the log's for a signature."""
    found = _shift(request, shift_id)
    attempt = perform_and_tell(request, ACTS, name, actor_of(request), shift_id)
    if name == "hand_over" and attempt.done and (waiting := queries.open_handover(found)):
        return redirect("handover", waiting.pk)
    return redirect("shift", shift_id) if name == "sign" else redirect("duty_desk", found.desk_id)


@act("handover")
def answer(
    request: HttpRequest,
    handover_id: UUID,
    *,
    answer: bool,
    reason: str,
    leader: UUID | None,
    officer: list[UUID],
) -> None:
    """The second signature, or a refusal; then the handover's page."""
    services.answer_handover(
        actor=actor_of(request),
        handover_id=handover_id,
        accept=answer,
        reason=reason,
        leader_id=leader,
        officer_ids=officer,
    )


def _desk(request: HttpRequest, desk_id: UUID) -> "Organisation":
    return shifts_queries.desks(request.user).get(pk=desk_id)


def _shift(request: HttpRequest, shift_id: UUID) -> "Shift":
    return shifts_queries.visible_shifts(request.user).get(pk=shift_id)


def _flat(row: CaseWithClock, now: datetime) -> dict[str, object]:
    one = describe_open_case(row, now)
    clock = one.next_clock
    next_step, due_at, standing = (clock.step_name, clock.due_at, clock.standing_name) if clock else (None, None, None)
    return {**dict(one), "next_step": next_step, "due_at": due_at, "standing": standing}
