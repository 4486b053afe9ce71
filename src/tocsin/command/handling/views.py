"""What duty officers and leaders do with a case on its page, what the page shows of it, and the form for a case made by hand."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tocsin.base.errors import NotAllowed, Unavailable
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.policy import policy_of
from tocsin.command.casebook.queries import cases as queries
from tocsin.command.casebook.queries import standing as queries_standing
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import DECLARED_LEVELS, FAULT, CaseState, DeclarationKind, OutcomeKind
from tocsin.command.casebook.shown import clocks as shown_clocks
from tocsin.command.casebook.shown import outcomes as shown_outcomes
from tocsin.command.closing import shown as closing_shown
from tocsin.command.escalation import queries as escalation
from tocsin.command.escalation import shown as escalation_shown
from tocsin.command.escalation.policy import escalation as escalation_policy
from tocsin.command.escalation.services import next_level as upward
from tocsin.command.handling import queries as facts
from tocsin.command.handling import shown as words
from tocsin.command.handling.services import handling
from tocsin.jurisdiction.face import may, regions_within
from tocsin.lifelines.face import asset_kinds
from tocsin.screens.acts import Act, Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_value
from tocsin.screens.request import Actor, actor_of
from tocsin.screens.words import LEVEL_NAMES

LEVELS = [(str(one.value), LEVEL_NAMES[one.value]) for one in sorted(AlarmLevel, reverse=True) if one]
NEEDED_IN = (CaseState.MENDED, CaseState.RECHECKING)


def handling_context(user: Any, case: Case) -> dict[str, Any]:
    """The part of the case page that tells how it is handled and by when."""
    now = current_time()
    outcome = queries_standing.standing_outcome(case)
    clocks = [shown_clocks.describe_clock(one, now) for one in queries_standing.clocks_of(case)]
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
        "may_reopen": handles and case.state == CaseState.CLOSED,
        "needs": _needs(case, now),
        "needs_known": case.state in NEEDED_IN,
        "levels": LEVELS,
        "false_alarm_codes": [
            (code, shown_outcomes.FALSE_ALARM_NAMES.get(code, code)) for code in policy_of(case.policy).handling.false_alarm_codes
        ],
        "may_hand_upward": escalation_policy().beyond_level,
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


PLACE_KINDS = ("manhole", "chamber", "telecom_duct", "sewer", "pump_station", "heat_station", "substation", "building")


class NewCaseForm(forms.Form):
    """A case taken in by telephone or from elsewhere."""

    title = forms.CharField(max_length=200, label=gettext_lazy("What happened"))
    place = forms.CharField(max_length=200, label=gettext_lazy("Where"))
    region_code = forms.ChoiceField(label=gettext_lazy("Region"))
    level = forms.ChoiceField(choices=LEVELS, label=gettext_lazy("Level"))
    kind = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Concerns"),
        choices=[
            ("", "–"),
            ("gas", gettext_lazy("gas")),
            ("heating", gettext_lazy("heating")),
            ("water", gettext_lazy("water")),
            ("drainage", gettext_lazy("drainage")),
            ("power", gettext_lazy("power")),
            ("road", gettext_lazy("road")),
            ("building", gettext_lazy("building")),
            (FAULT, gettext_lazy("a lost or faulty instrument")),
        ],
    )
    place_kind = forms.ChoiceField(
        required=False, label=gettext_lazy("In what"), choices=[("", "–"), *((one, asset_kinds()[one]) for one in PLACE_KINDS)]
    )
    origin_reference = forms.CharField(max_length=120, required=False, label=gettext_lazy("Who called, or the number elsewhere"))
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, label=gettext_lazy("Longitude"))
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, label=gettext_lazy("Latitude"))
    text = forms.CharField(max_length=2000, required=False, widget=forms.Textarea, label=gettext_lazy("In their words"))


@require_http_methods(["GET", "POST"])
def new_case(request: HttpRequest) -> HttpResponse:
    """Takes a case in (接报)."""
    regions = [(one.code, str(one)) for one in regions_within(request.user, rights.HANDLE) if one.level == "county"]
    if not regions:
        raise NotAllowed(str(gettext_lazy("Your roles do not let you take cases in.")))
    form = NewCaseForm(request.POST or None)
    cast("forms.ChoiceField", form.fields["region_code"]).choices = regions
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data, "level": AlarmLevel(int(form.cleaned_data["level"]))}
        with Attempt() as attempt:
            return redirect("case", handling.open_case_by_hand(actor=actor_of(request), **given).number)
        form.add_error(None, attempt.reason)
    return render(request, "command/handling/new_case.html", {"form": form}, status=400 if form.errors else 200)


def _needs(case: Case, now: datetime) -> list[str]:
    """What the case lacks before it may be closed as settled, in words; a history that can't be read is told, too."""
    if case.state not in NEEDED_IN:
        return []
    try:
        return [closing_shown.lack_words(one) for one in handling.lacks_to_close(case, now=now)]
    except Unavailable as error:
        return [str(error)]


def _take(actor: Actor, case_id: UUID) -> Case:
    return handling.take_case(actor=actor, case_id=case_id)


def _level(actor: Actor, case_id: UUID, *, level: AlarmLevel | None, text: str) -> Case:
    return handling.set_level(actor=actor, case_id=case_id, level=level, text=text)


def _suspend(actor: Actor, case_id: UUID, *, until: datetime, text: str) -> Case:
    return handling.suspend_case(actor=actor, case_id=case_id, until=until, text=text)


def _resume(actor: Actor, case_id: UUID, *, text: str) -> Case:
    return handling.resume_case(actor=actor, case_id=case_id, text=text)


def _declare(actor: Actor, case_id: UUID, *, declaration: str, text: str) -> Case:
    kind, _colon, level = declaration.partition(":")
    chosen = read_value(DeclarationKind, "declaration", kind)
    return handling.declare(actor=actor, case_id=case_id, kind=chosen, level=level, text=text)


def _end_declaration(actor: Actor, case_id: UUID, *, kind: DeclarationKind, text: str) -> Case:
    return handling.end_declaration(actor=actor, case_id=case_id, kind=kind, text=text)


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
