"""What duty officers and leaders do with a case on its page, what the page shows of it, and the form for a case made by hand."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tocsin.base.errors import Unavailable
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.policy import policy_of
from tocsin.command.casebook.queries import cases as queries
from tocsin.command.casebook.queries import standing as queries_standing
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import DECLARED_LEVELS, CaseState, DeclarationKind, OutcomeKind
from tocsin.command.casebook.rules.declarations import Terms
from tocsin.command.casebook.shown import clocks as shown_clocks
from tocsin.command.casebook.shown import outcomes as shown_outcomes
from tocsin.command.closing import shown as closing_shown
from tocsin.command.escalation import queries as escalation
from tocsin.command.escalation import shown as escalation_shown
from tocsin.command.escalation.policy import escalation as escalation_policy
from tocsin.command.escalation.services import next_level as upward
from tocsin.command.handling import queries as facts
from tocsin.command.handling import shown as words
from tocsin.command.handling.services import declaring, handling
from tocsin.command.plans.shown.plans import clock_subjects
from tocsin.jurisdiction.face import may
from tocsin.screens.acts import Act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_value
from tocsin.screens.request import Actor
from tocsin.screens.words import LEVEL_NAMES

LEVELS = [(str(one.value), LEVEL_NAMES[one.value]) for one in sorted(AlarmLevel, reverse=True) if one]
NEEDED_IN = (CaseState.MENDED, CaseState.RECHECKING)


def handling_context(user: Any, case: Case) -> dict[str, Any]:
    """The part of the case page that tells how it is handled and by when."""
    now = current_time()
    outcome = queries_standing.standing_outcome(case)
    clocks = [shown_clocks.describe_clock(one, now) for one in queries_standing.clocks_of(case)]
    whose = clock_subjects(case)
    for one in clocks:
        one.whose = whose.get(one.subject, "")
    running = [one for one in clocks if one.runs]
    is_open = case.state not in (CaseState.CLOSED, CaseState.MERGED)
    handles = may(user, rights.HANDLE, case.region_code)
    return {
        "chain": words.describe_chain(facts.chain_of(case)),
        "running_clocks": running,
        "past_clocks": [one for one in clocks if not one.runs],
        "next_clock": running[0] if running else None,
        "declarations": [shown_outcomes.describe_declaration(one) for one in queries_standing.standing_declarations(case)],
        "outcome": shown_outcomes.describe_outcome(outcome) if outcome else None,
        "may_agree": bool(outcome and outcome.confirmed_at is None and handles and outcome.proposed_by_id != user.pk),
        "may_lead": case.state != CaseState.MERGED and may(user, rights.LEAD, case.region_code),
        "may_act": is_open and handles,
        "may_close": is_open and handles and outcome is None,
        "may_reopen": handles and case.state == CaseState.CLOSED,
        "lacks": lacks_of(case, now) if case.state in NEEDED_IN else [],
        "lacks_known": case.state in NEEDED_IN,
        "levels": LEVELS,
        "false_alarm_codes": [
            (code, shown_outcomes.FALSE_ALARM_NAMES.get(code, code)) for code in policy_of(case.policy).handling.false_alarm_codes
        ],
        "may_hand_upward": escalation_policy().beyond_level,
        "terms": declaring.proposed_terms(case, DeclarationKind.WARNING, "red", now=now),
        "now": now,
        "declarable": [
            (
                kind.value,
                shown_outcomes.DECLARATION_NAMES[kind],
                [(level, shown_outcomes.DECLARED_LEVEL_NAMES[kind][level]) for level in levels],
            )
            for kind, levels in DECLARED_LEVELS.items()
        ],
    }


@require_GET
def dry_run(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Who would be called and when if nobody did anything from now on; nothing is sent."""
    found = queries.visible_cases(request.user).get(pk=case_id)
    calls = escalation.dry_run(found, now=current_time())
    return render(
        request, "command/handling/_dry_run.html", {"calls": [escalation_shown.describe_planned_call(one) for one in calls]}
    )


@require_GET
def closing_lacks(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What a case lacks before it may be signed closed as settled, asked for when somebody is about to sign."""
    found = queries.visible_cases(request.user).get(pk=case_id)
    declared = [shown_outcomes.describe_declaration(one) for one in queries_standing.standing_declarations(found)]
    context = {"lacks": lacks_of(found, current_time()), "declared": declared}
    return render(request, "command/closing/_lacks.html", context)


def lacks_of(case: Case, now: datetime) -> list[closing_shown.LackOut]:
    """What the case lacks before it may be closed as settled, in words; a history that can't be read is told, too."""
    try:
        return [closing_shown.describe_lack(one) for one in handling.lacks_to_close(case, now=now)]
    except Unavailable as error:
        return [closing_shown.LackOut(words=str(error), place="alarms")]


def _take(actor: Actor, case_id: UUID) -> Case:
    return handling.take_case(actor=actor, case_id=case_id)


def _level(actor: Actor, case_id: UUID, *, level: AlarmLevel | None, text: str) -> Case:
    return handling.set_level(actor=actor, case_id=case_id, level=level, text=text)


def _suspend(actor: Actor, case_id: UUID, *, until: datetime, text: str) -> Case:
    return handling.suspend_case(actor=actor, case_id=case_id, until=until, text=text)


def _resume(actor: Actor, case_id: UUID, *, text: str) -> Case:
    return handling.resume_case(actor=actor, case_id=case_id, text=text)


def _declare(actor: Actor, case_id: UUID, *, declaration: str, text: str, terms: Terms) -> Case:
    kind, _colon, level = declaration.partition(":")
    chosen = read_value(DeclarationKind, "declaration", kind)
    return declaring.declare(actor=actor, case_id=case_id, kind=chosen, level=level, text=text, terms=terms)


def _end_declaration(actor: Actor, case_id: UUID, *, kind: DeclarationKind, text: str) -> Case:
    return declaring.end_declaration(actor=actor, case_id=case_id, kind=kind, text=text)


def _hand_upward(actor: Actor, case_id: UUID, *, text: str) -> Case:
    return upward.hand_upward(actor=actor, case_id=case_id, text=text)


def _close(actor: Actor, case_id: UUID, *, kind: OutcomeKind, code: str, text: str, despite: bool) -> Case:
    return handling.close_case(actor=actor, case_id=case_id, kind=kind, code=code, text=text, despite=despite)


def _agree(actor: Actor, case_id: UUID, *, answer: bool, text: str) -> Case:
    return handling.answer_outcome(actor=actor, case_id=case_id, agree=answer, text=text)


def _reopen(actor: Actor, case_id: UUID, *, text: str) -> Case:
    return handling.reopen_case(actor=actor, case_id=case_id, text=text)


ACTS: dict[str, Act] = {
    "take": _take,
    "level": _level,
    "suspend": _suspend,
    "resume": _resume,
    "declare": _declare,
    "end_declaration": _end_declaration,
    "hand_upward": _hand_upward,
    "close": _close,
    "agree": _agree,
    "reopen": _reopen,
}


@require_GET
def level_preview(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Who would be sent and told at once if the level were set so; nothing is written."""
    found = queries.visible_cases(request.user).get(pk=case_id)
    asked = request.GET.get("level", "")
    preview = None
    if asked in {value for value, _name in LEVELS}:
        found.level = int(asked)
        preview = words.describe_preview(found, now=current_time())
    return render(request, "command/handling/_level_preview.html", {"preview": preview})
