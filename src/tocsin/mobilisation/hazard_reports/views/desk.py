"""Reports by the public for the desk and for checkers: the queue, one report, and what is done with it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import Refusal
from tocsin.jurisdiction.face import may, may_anywhere, regions_within, visible_organisations
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.policy.reports import report_policy
from tocsin.mobilisation.hazard_reports.policy.routing import routing_policy
from tocsin.mobilisation.hazard_reports.queries import alike as queries_alike
from tocsin.mobilisation.hazard_reports.queries import ranks as queries_ranks
from tocsin.mobilisation.hazard_reports.queries import reports as queries
from tocsin.mobilisation.hazard_reports.queries import routing as queries_routing
from tocsin.mobilisation.hazard_reports.queries.photos import photos_of, sees_whole
from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.rules.states import ALLOWED, OPEN, ReportAct, ReportState, RewardStep
from tocsin.mobilisation.hazard_reports.services import checking, handling, merging, moving
from tocsin.mobilisation.hazard_reports.shown.answering import draft_answer
from tocsin.mobilisation.hazard_reports.shown.photos import describe_photo
from tocsin.mobilisation.hazard_reports.shown.reports import describe_entries, describe_report, waits_for
from tocsin.mobilisation.hazard_reports.shown.routing import find_situations
from tocsin.mobilisation.hazard_reports.shown.words import REWARD_NAMES, STATE_NAMES
from tocsin.records.face import attachments_of
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.columns import headed
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.many import ActField, ListAct, ListActs
from tocsin.screens.lists.maps import ListMap, MapPoint
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.supervision.face import facts_of_inspection, visible_objects

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation, Person
    from tocsin.supervision.face import SupervisedObject

MOVABLE = ALLOWED[ReportAct.MOVE]

COLUMNS = headed(
    *("number", "state_name", "kind_name", "about", "place", "region_name", "body", "channel_name"),
    *("received_at", "clock_name", "due", "danger", "completeness"),
)
EMPTY = EmptyState(
    gettext_lazy("A report comes from anybody on the public page, or is taken in here."),
    link=gettext_lazy("Take a report in"),
    to="new_hazard_report",
    may="may_take_in",
    over="which=",
)


@dataclass(frozen=True)
class Filters:
    """Which reports the list shows."""

    which: queries.Which = "open"
    q: str = ""


@never_cache
@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """The queue."""
    chosen = read_filters(Filters, request.GET)
    found = queries.search_reports(request.user, which=chosen.which, q=chosen.q, now=current_time())
    context = {"chosen": chosen, "choices": _choices(), "may_take_in": _may_take_in(request.user), "now": current_time()}
    return list_file(request, found, "hazard_reports", COLUMNS, describe_report) or list_page(
        request,
        found,
        "mobilisation/hazard_reports/reports.html",
        empty=EMPTY,
        part="",
        describe=describe_report,
        context=context,
        acts=_acts_of(request),
        places=ListMap(_points),
    )


def _acts_of(request: HttpRequest) -> ListActs | None:
    """Several reports are accepted or closed at once; None for who handles none. Danger to life is accepted and closed alone."""
    if not may_anywhere(request.user, rights.HANDLE):
        return None
    words = ActField("words", gettext_lazy("In words"))
    acts = (
        ListAct("accept", pgettext_lazy("reports by the public", "Accept"), _accept_of_many),
        ListAct("close", pgettext_lazy("report", "Close"), _close_of_many, "shield-check", (words,)),
    )
    return ListActs(acts, queries.visible_reports, lambda one: f"{one.number} {one.firm or one.place}", "hazard_report")


def _accept_of_many(actor: Actor, report_id: UUID) -> None:
    if queries.visible_reports(actor).get(pk=report_id).danger:
        raise Refusal(_("It tells of danger to life: it is read and accepted alone."))
    handling.accept(actor=actor, report_id=report_id, now=current_time())


def _close_of_many(actor: Actor, report_id: UUID, *, words: str = "") -> None:
    if queries.visible_reports(actor).get(pk=report_id).danger:
        raise Refusal(_("It tells of danger to life: it is read and closed alone."))
    handling.close(actor=actor, report_id=report_id, words=words, now=current_time())


def _points(rows: list[HazardReport]) -> list[MapPoint]:
    return [
        MapPoint(
            *(one.lon, one.lat, one.number, f"{one.about or one.region_name} · {one.kind_name}"),
            reverse("hazard_report", args=[one.id]),
            "red" if one.danger else "plain",
        )
        for one in map(describe_report, rows)
    ]


def _choices() -> list[tuple[str, object]]:
    states = ("received", "accepted", "assigned", "handled", "answered")
    named: list[tuple[str, object]] = [(one, STATE_NAMES[ReportState(one)]) for one in states]
    return [
        ("open", _("not finished")),
        ("danger", _("danger to life")),
        ("late", _("late")),
        *named[:3],
        ("found", _("to be handled or answered")),
        *named[3:],
        ("ended", _("over")),
        ("decided", REWARD_NAMES[RewardStep.DECIDED]),
        ("paid", REWARD_NAMES[RewardStep.PAID]),
    ]


@never_cache
@require_GET
def report(request: HttpRequest, hazard_report_id: UUID) -> HttpResponse:
    """One report: what was said, its photos, the clock that runs, what was done, and the acts that are open to the reader."""
    found = queries.visible_reports(request.user).get(pk=hazard_report_id)
    desk = may(request.user, rights.HANDLE, found.region_code)
    checker = request.user.pk in (found.first_checker_id, found.second_checker_id)
    whole = desk and sees_whole(request.user, str(found.pk))
    state = ReportState(found.state)
    open_acts = {one.value for one in ReportAct if state in ALLOWED.get(one, ()) and found.merged_into_id is None}
    sought_situation = request.GET.get("situation", "").strip()[:60]
    responsible = _responsible(found) if desk and state in MOVABLE else None
    ranks = queries_ranks.ranks_of(found)
    entries = list(queries.entries_of(found))
    photos = [describe_photo(one, whole=whole) for one in photos_of(found)]
    context = {
        "report": describe_report(found),
        "entries": describe_entries(entries),
        "answer_draft": draft_answer(found, entries) if desk and ReportAct.ANSWER.value in open_acts else "",
        "files": list(attachments_of(queries.HAZARD_REPORT, found.pk)),
        "photos": [one for one in photos if not one.of_check],
        "check_photos": [one for one in photos if one.of_check],
        "whole": whole,
        "held_until": queries.held_until_of(found) if desk else None,
        "objects": _objects(request.user, found, request.GET.get("object", "")) if desk and state in OPEN else [],
        "seeks_object": desk and state in OPEN and found.object_id is None and found.inspection_id is None,
        "sought": request.GET.get("object", ""),
        "file": facts_of_inspection(found.inspection_id) if desk and found.inspection_id else [],
        "lacks_evidence": desk and state is ReportState.ANSWERED and not queries.has_evidence(found),
        "desk": desk,
        "checker": checker,
        "acts": open_acts,
        "claimed": found.claimed_malicious_by,
        "claimed_oneself": found.claimed_malicious_by_id == request.user.pk,
        "people": queries.checkers_for(found) if desk and state in (ReportState.ACCEPTED, ReportState.ASSIGNED) else [],
        "bodies": _bodies(request.user, found) if desk else [],
        "responsible": responsible,
        "responsible_id": str(responsible.pk) if responsible is not None else "",
        "given": desk and found.handed_due is not None,
        "given_to_us": found.handed_due is not None and found.organisation_id == getattr(request.user, "organisation_id", None),
        "has_situations": desk and bool(routing_policy(found.region_code).situation),
        "situations": find_situations(found, sought_situation) if desk and state in OPEN else [],
        "sought_situation": sought_situation,
        "waits": waits_for(found),
        "has_record": bool(queries.round_of(found)),
        "reasons": report_policy(found.region_code).refusal,
        "unverified": report_policy(found.region_code).status == "unverified",
        "extended": found.extended,
        "ranks": ranks,
        "readable": set(
            queries.visible_reports(request.user).filter(pk__in=[one.id for one in ranks]).values_list("pk", flat=True)
        ),
        "alike": _alike(found) if desk and found.merged_into_id is None and state in OPEN else [],
        "now": current_time(),
    }
    return render(request, "mobilisation/hazard_reports/report_page.html", context)


def _alike(found: HazardReport) -> list[tuple[object, int]]:
    return [(one.report, round(one.score * 100)) for one in queries_alike.alike_to(found, now=current_time())]


def _responsible(found: HazardReport) -> "Organisation | None":
    """The body that the table names now, where another one has the report: object or situation were named since."""
    body = queries_routing.owner_now(found, at=current_time()).body
    return body if body is not None and body.pk != found.organisation_id else None


def _objects(user: "Person", found: HazardReport, search: str) -> "list[SupervisedObject]":
    """Objects of the register that may be meant: by what the desk looks for, else by the firm's name as it was reported."""
    text = " ".join((search or found.firm).split())
    if not text or found.object_id is not None or found.inspection_id is not None:
        return []
    wanted = Q(name__icontains=text) | Q(address__icontains=text) | Q(code__iexact=text)
    return list(visible_objects(user).filter(wanted, region_code=found.region_code).order_by("name", "code")[:20])


def _bodies(user: "Person", found: HazardReport) -> list[tuple[str, str]]:
    near = visible_organisations(user).exclude(kind="other").order_by("region_id", "code")[:300]
    return [(str(one.pk), str(one)) for one in near if one.pk != found.organisation_id]


def _accept(request: HttpRequest, report_id: UUID) -> str:
    handling.accept(actor=actor_of(request), report_id=report_id, now=current_time())
    return _("Accepted. Now name two people who check it.")


def _refuse(request: HttpRequest, report_id: UUID, *, reason: str, words: str) -> None:
    handling.refuse(actor=actor_of(request), report_id=report_id, reason=reason, words=words, now=current_time())


def _move(request: HttpRequest, report_id: UUID, *, organisation: UUID | None, words: str) -> str:
    if organisation is None:
        raise Refusal(_("Choose the body that handles it from now on."))
    moving.move(actor=actor_of(request), report_id=report_id, organisation_id=organisation, words=words, now=current_time())
    return _("Given on: that body takes it over or gives it back. No clock has begun anew.")


def _transfer(request: HttpRequest, report_id: UUID, *, to: str, words: str) -> None:
    moving.transfer(actor=actor_of(request), report_id=report_id, to=to, words=words, now=current_time())


def _take_over(request: HttpRequest, report_id: UUID) -> str:
    moving.take_over(actor=actor_of(request), report_id=report_id, now=current_time())
    return _("Taken over.")


def _give_back(request: HttpRequest, report_id: UUID, *, words: str) -> None:
    moving.give_back(actor=actor_of(request), report_id=report_id, words=words, now=current_time())


def _situation(request: HttpRequest, report_id: UUID, *, situation: Line) -> None:
    handling.set_situation(actor=actor_of(request), report_id=report_id, situation=situation, now=current_time())


def _assign(request: HttpRequest, report_id: UUID, *, first: UUID | None, second: UUID | None) -> str:
    if first is None or second is None:
        raise Refusal(_("Choose two people."))
    done = handling.assign(actor=actor_of(request), report_id=report_id, first_id=first, second_id=second, now=current_time())
    if done.inspection_id is not None:
        return _("Both are told, and an inspection is planned for them.")
    return _("Both are told.")


def _extend(request: HttpRequest, report_id: UUID, *, words: str) -> None:
    handling.extend(actor=actor_of(request), report_id=report_id, words=words, now=current_time())


def _note(request: HttpRequest, report_id: UUID, *, words: str) -> None:
    handling.note(actor=actor_of(request), report_id=report_id, words=words, now=current_time())


def _ask(request: HttpRequest, report_id: UUID, *, words: str) -> None:
    handling.ask_reporter(actor=actor_of(request), report_id=report_id, words=words, now=current_time())


def _answer(request: HttpRequest, report_id: UUID, *, words: str) -> str:
    handling.answer(actor=actor_of(request), report_id=report_id, words=words, now=current_time())
    return _("Answered: the reporter reads it by number and secret.")


def _close(request: HttpRequest, report_id: UUID, *, words: str) -> None:
    handling.close(actor=actor_of(request), report_id=report_id, words=words, now=current_time())


def _check(request: HttpRequest, report_id: UUID, *, verdict: ReportState | None, words: str) -> str:
    if verdict is None:
        raise Refusal(_("Say whether it is true."))
    done = checking.check(actor=actor_of(request), report_id=report_id, verdict=verdict, words=words, now=current_time())
    if done.state == ReportState.ASSIGNED:
        return _("Written down. It counts once the other checker says the same.")
    return _("Both have found the same: the desk goes on.")


def _attach(request: HttpRequest, report_id: UUID) -> None:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Refusal(_("Choose a file."))
    checking.attach(actor=actor_of(request), report_id=report_id, data=file.read(), name=file.name or "", now=current_time())


def _handle(request: HttpRequest, report_id: UUID, *, words: str, finding: Line) -> None:
    checking.handle(actor=actor_of(request), report_id=report_id, words=words, finding=finding, now=current_time())


def _claim(request: HttpRequest, report_id: UUID, *, words: str) -> None:
    checking.claim_malicious(actor=actor_of(request), report_id=report_id, words=words, now=current_time())


def _decide(request: HttpRequest, report_id: UUID, *, agreed: bool, words: str) -> None:
    checking.decide_malicious(actor=actor_of(request), report_id=report_id, agreed=agreed, words=words, now=current_time())


def _object(request: HttpRequest, report_id: UUID, *, object: UUID | None) -> None:
    if object is None:
        raise Refusal(_("Choose the firm or place."))
    handling.set_object(actor=actor_of(request), report_id=report_id, object_id=object, now=current_time())


def _merge(request: HttpRequest, report_id: UUID, *, into: Line, words: str) -> str:
    merging.merge(actor=actor_of(request), report_id=report_id, into=into, words=words, now=current_time())
    return _("Joined; it keeps its rank in time.")


def _unmerge(request: HttpRequest, report_id: UUID, *, words: str) -> None:
    merging.unmerge(actor=actor_of(request), report_id=report_id, words=words, now=current_time())


REPORT_ACTS: dict[str, Act] = {
    "merge": _merge,
    "unmerge": _unmerge,
    "accept": _accept,
    "refuse": _refuse,
    "move": _move,
    "take_over": _take_over,
    "give_back": _give_back,
    "situation": _situation,
    "transfer": _transfer,
    "assign": _assign,
    "extend": _extend,
    "note": _note,
    "ask": _ask,
    "answer": _answer,
    "close": _close,
    "check": _check,
    "attach": _attach,
    "handle": _handle,
    "claim": _claim,
    "decide": _decide,
    "object": _object,
}


@require_POST
def act_on_report(request: HttpRequest, hazard_report_id: UUID, name: str) -> HttpResponse:
    """One act upon the report, by its name."""
    found = queries.visible_reports(request.user).get(pk=hazard_report_id)
    perform_and_tell(request, REPORT_ACTS, name, request, found.pk)
    return redirect("hazard_report", hazard_report_id)


def _may_take_in(user: "Person") -> bool:
    return any(one.level == "county" for one in regions_within(user, rights.HANDLE))
