"""The page of one case: essentials first, everything else in parts; renewed part by part while it is open (web/src/case.ts)."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.command.calls.views import telephone_context
from tocsin.command.case_page.rules import NextAct, Pressing, next_acts
from tocsin.command.case_page.shown import overview
from tocsin.command.case_page.shown.near import near_context
from tocsin.command.case_page.shown.needs import needs_context
from tocsin.command.case_page.shown.releases import releases_context
from tocsin.command.case_page.shown.supplies import supplies_context
from tocsin.command.case_page.shown.warnings import warning_lines, warnings_context
from tocsin.command.case_page.views.files import files_context
from tocsin.command.casebook.policy import policy_of
from tocsin.command.casebook.queries import cases as queries
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import CaseState
from tocsin.command.casebook.rules.order_states import OrderState
from tocsin.command.casebook.services.log import MACHINE
from tocsin.command.casebook.shown.cases import MemberOut, describe_case, describe_member
from tocsin.command.casebook.shown.time_line import describe_change
from tocsin.command.gathering.queries import alarms as queries_alarms
from tocsin.command.gathering.shown import describe_proposal
from tocsin.command.handling.views import handling_context
from tocsin.command.plans.views.plans import plan_context
from tocsin.command.reports.views import reports_context
from tocsin.command.units.views import orders_context
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import may
from tocsin.notices.face import notices_context
from tocsin.notices.messages.rules.subjects import CASE
from tocsin.records.face import hold_of
from tocsin.screens.light import without_indentation
from tocsin.screens.lists.page import page_or_part
from tocsin.warning.alarms.rules.states import UNACKNOWLEDGED
from tocsin.warning.diagnosis.rules import PERMISSION_DIAGNOSIS
from tocsin.warning.face import ShownToOut, describe_diagnosis, finding_words, newest_diagnosis, note_shown, shown_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.command.casebook.models import Case

SHOWN_PROBABILITY = 0.02
LINES = 25  # of the time line, as long as nobody asks for all of them
LATEST = 6  # lines of the time line on the first screen
TOLD = 7  # bodies on the first screen


@never_cache
@require_GET
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case by its number, its `parts` alone for htmx. A merged number leads to the case in which the matter goes on."""
    found = queries.case_of_number(request.user, number)
    if found.number != number:
        return redirect("case", found.number)
    context = case_context(request.user, found)
    shown = len(context["changes"]) if request.GET.get("lines") == "all" else LINES
    context |= {"shown_changes": context["changes"][:shown], "changes_left": len(context["changes"][shown:])}
    page = page_or_part(request, "command/case_page/case.html", "parts", context)
    return without_indentation(page)


def case_context(user: Any, found: "Case") -> dict[str, Any]:
    """Everything that `case.html` names."""
    sees_diagnosis = may(user, PERMISSION_DIAGNOSIS, found.region_code)
    diagnosis = newest_diagnosis(user, found.lead_id) if sees_diagnosis and found.lead_id else None
    told = None if diagnosis is None else describe_diagnosis(diagnosis)
    if told is not None and found.lead_id:
        told.hypotheses = [one for one in told.hypotheses if one.probability >= SHOWN_PROBABILITY]
        note_shown(person=user, alarm_id=found.lead_id, diagnosis=told, channel="case")
    may_handle = may(user, rights.HANDLE, found.region_code) and found.state != CaseState.MERGED
    others = queries.search_cases(user).filter(region_code=found.region_code).exclude(pk=found.pk)[:100] if may_handle else ()
    changes = _time_line(user, found, with_shown=sees_diagnosis)
    described = describe_case(found)
    aliases = queries.aliases_of(found)
    context: dict[str, Any] = {
        "case": described,
        "aliases": aliases,
        "held": hold_of(found.number, *aliases),
        "may_hold": may(user, "system.see", EVERYWHERE),
        "members": [describe_member(row, found.lead_id) for row in queries.members_of(found)],
        "changes": changes,
        "latest": [line for line in changes if line.act != "shown"][:LATEST],
        "line_kinds": overview.KINDS,
        "proposals": [describe_proposal(one) for one in queries_alarms.open_proposals(found)],
        "may_see_diagnosis": sees_diagnosis,
        "hypotheses": told.hypotheses if told is not None else [],
        "diagnosed_at": diagnosis.at if diagnosis else None,
        "true_cause": _true_cause(diagnosis.alarm.true_cause) if diagnosis else "",
        "may_handle": may_handle,
        "others": [describe_case(one) for one in others],
        **handling_context(user, found),
        **plan_context(user, found),
        **reports_context(user, found),
        **telephone_context(user, found),
        **orders_context(user, found),
        **needs_context(user, found),
        **supplies_context(user, found),
        **releases_context(user, found),
        **near_context(user, found),
        **warnings_context(user, found, described),
        **notices_context(user, kind=CASE, ids=queries.family_of(found), region_code=found.region_code),
        **files_context(found),
        "drill": found.drill.name if found.drill else "",
        "page_texts": page_texts(),
    }
    return {**context, **_overview(found, context)}


def _true_cause(cause: str) -> str:
    """What people found to be the cause, in the reader's words; empty before that."""
    return finding_words(cause, _("a cause outside the list")) if cause else ""


def page_texts() -> dict[str, str]:
    """For web/src/case.ts."""
    return {
        "case_changed": _("New: {parts}"),
        "case_writing": _("There is news here. It is shown when you have sent or emptied what you are writing."),
        "case_stale": _("No connection: this page may be out of date."),
        "left": _("{time} left"),
        "over": _("{time} over"),
    }


def _overview(found: "Case", context: dict[str, Any]) -> dict[str, object]:
    """The first screen: what presses, who was told, and the chain with its clocks."""
    clocks = [*context["running_clocks"], *context["past_clocks"]]
    outcome = context["outcome"]
    is_upper = found.level >= policy_of(found.policy).handling.dispatching_level
    pressing = Pressing(
        state=CaseState(found.state),
        taken=found.touched_at is not None,
        untold=any(one.untold for one in context["notices"]),
        crew_silent=any(one.check_in is not None and one.check_in.standing == "overdue" for one in context["orders"]),
        outcome_waits=bool(outcome and outcome.waits_for_second_person),
        proposals=bool(context["proposals"]),
        lacks=bool(context["lacks"]) or found.state == CaseState.MENDED,
        declared=bool(context["declarations"]),
        report_owed=bool(context["reports_owed"]),
        unreported=is_upper and context["may_begin_report"],
        plan_fits=bool(context["plans_fitting"]) and not context["plan_starts"] and is_upper,
        rings=bool(_ringing(context["members"])),
        suspended=found.suspended_until is not None,
    )
    told = overview.sum_up_told(context["notices"])
    return {
        "next_acts": _with_addresses(overview.describe_next(next_acts(pressing), clocks), context, taken=pressing.taken),
        "chain": overview.with_clocks(context["chain"], clocks),
        "left_open": _left_open(context),
        "told": told[:TOLD],
        "told_more": len(told) - TOLD,
    }


def _ringing(members: "Iterable[MemberOut]") -> list[MemberOut]:
    """Of a case's alarms those that nobody has acknowledged."""
    return [one for one in members if one.state in UNACKNOWLEDGED]


def _left_open(context: dict[str, Any]) -> str:
    """What would end undone with the case, for the question before it is closed."""
    tasks = sum(start.open for start in context["plan_starts"])
    unsigned = sum(one.state == OrderState.SENT for one in context["orders"])
    told = []
    if tasks:
        told.append(
            ngettext("%(count)d task of a plan is still open.", "%(count)d tasks of plans are still open.", tasks)
            % {"count": tasks}
        )
    if unsigned:
        told.append(
            ngettext("%(count)d order has not been signed for.", "%(count)d orders have not been signed for.", unsigned)
            % {"count": unsigned}
        )
    return " ".join(told)


def _with_addresses(acts: list[overview.NextActOut], context: dict[str, Any], *, taken: bool) -> list[overview.NextActOut]:
    """A report that is owed is opened itself, a plan that fits as well; and each names what it is, alarms that ring anew too."""
    for one in acts:
        if one.act == NextAct.REPORT:
            owed = context["reports_owed"][0]
            one.address, one.detail = reverse("report", args=[owed.id]), f"{owed.kind_name} → {owed.addressee}: {owed.state_name}"
        elif one.act == NextAct.START_PLAN:
            plan = context["plans_fitting"][0]
            one.address, one.detail = reverse("plan", args=[context["case"].number, plan.code]), plan.name
        elif one.act == NextAct.TAKE:
            anew = _ringing(context["members"]) if taken else []
            one.detail = "; ".join(f"{rings.place} {rings.title}" for rings in anew)
        elif one.act == NextAct.COMPLETE:
            one.detail = "; ".join(lack.words for lack in context["lacks"])
        elif one.act == NextAct.END_DECLARATION:
            one.detail = "; ".join(f"{stands.kind_name} {stands.level_name}" for stands in context["declarations"])
    return acts


def _time_line(user: Any, found: "Case", *, with_shown: bool) -> list[overview.TimeLineRow]:
    """What happened to the case and its warnings and, for those who may see diagnoses, what of them was shown to whom; newest
    first.
    """
    lines = [
        overview.TimeLineRow(**dict(one), kind=overview.kind_of_line(one.act, by_machine=one.channel == MACHINE))
        for one in [*map(describe_change, queries.time_line_of(found)), *warning_lines(user, found)]
    ]
    if with_shown:
        alarm_ids = queries.members_of(found).values_list("alarm_id", flat=True)
        shown = map(ShownToOut.from_orm, shown_of(alarm_ids))
        lines += [
            overview.TimeLineRow(id=line.id, at=line.at, act="shown", actor=line.where, sentence=line.sentence, kind="told")
            for line in shown
        ]
    return sorted(lines, key=lambda line: line.at, reverse=True)
