"""Forms of rosters: shifts entered and read from files, leave and swaps, certificates."""

from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import InvalidInput, Refusal
from tocsin.base.written_hours import read_end, read_moment
from tocsin.screens.tables import as_csv
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.posts.queries import posts as queries
from tocsin.supervision.posts.services import certificates, rosters
from tocsin.supervision.posts.views.posts import firm_context, visible_firm


@require_POST
def enter(request: HttpRequest, object_id: UUID, name: str) -> HttpResponse:
    """A shift, a file of shifts, or a certificate."""
    found = visible_firm(request, object_id)
    try:
        match name:
            case "shift":
                return _enter(request, found, rosters.rows_from([_shift(request)]))
            case "roster":
                return _enter(request, found, _read_file(request))
            case "certificate":
                _add_certificate(request, found)
            case _:
                raise Http404
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("presence_of_firm", found.pk)


@never_cache
@require_GET
def template(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """The columns of a roster as a file, with the firm's people."""
    found = visible_firm(request, object_id)
    people = found.people.filter(active=True) if queries.knows_names(request.user, found) else []
    rows: list[dict[str, Any]] = [{"person": one.external_id or one.name, "role": one.role, "post": one.post} for one in people]
    return as_csv("roster", ("person", "role", "post", "start", "end", "leave"), rows)


@require_POST
def act_on_shift(request: HttpRequest, duty_shift_id: UUID, name: str) -> HttpResponse:
    """Takes a shift off, or asks for leave or a swap."""
    shift = queries.visible_shifts(request.user).filter(pk=duty_shift_id).first()
    if shift is None:
        raise Http404
    object_id, given = shift.person.object_id, request.POST
    try:
        match name:
            case "remove":
                rosters.remove_shift(actor=_actor(request), shift_id=shift.pk, now=_now())
            case "change":
                rosters.ask_change(
                    actor=_actor(request),
                    shift_id=shift.pk,
                    reason=given.get("reason", ""),
                    colleague_id=_uuid(given["colleague"]) if given.get("colleague") else None,
                    now=_now(),
                )
                messages.success(request, _("Asked for: another one of the firm, or the authority, decides."))
            case _:
                raise Http404
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("own_calls") if given.get("next") == "own" else redirect("presence_of_firm", object_id)


@require_POST
def decide(request: HttpRequest, shift_change_id: UUID, name: str) -> HttpResponse:
    """Yes or no to leave or a swap."""
    made = queries.visible_changes(request.user).filter(pk=shift_change_id).first()
    if made is None or name not in ("approve", "refuse"):
        raise Http404
    try:
        rosters.decide_change(actor=_actor(request), change_id=made.pk, approve=name == "approve", now=_now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("presence_of_firm", made.shift.person.object_id)


@require_POST
def revoke(request: HttpRequest, person_certificate_id: UUID) -> HttpResponse:
    """A certificate no longer counts."""
    paper = queries.visible_certificates(request.user).filter(pk=person_certificate_id).first()
    if paper is None:
        raise Http404
    try:
        certificates.revoke_certificate(actor=_actor(request), certificate_id=paper.pk)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("presence_of_firm", paper.person.object_id)


def _enter(request: HttpRequest, found: SupervisedObject, rows: list[rosters.RosterRow]) -> HttpResponse:
    leave_wrong = request.POST.get("leave_wrong") == "yes"
    result = rosters.enter_shifts(actor=_actor(request), object_id=found.pk, rows=rows, leave_wrong=leave_wrong, now=_now())
    taken = result.new + result.changed + result.same
    if taken or not result.wrong:
        words = _("%(new)d new, %(changed)d changed, %(same)d as before.")
        messages.success(request, words % {"new": result.new, "changed": result.changed, "same": result.same})
    if not result.wrong:
        return redirect("presence_of_firm", found.pk)
    count = len(result.wrong)
    words = ngettext("%(count)d row is wrong.", "%(count)d rows are wrong.", count) % {"count": count}
    messages.error(request, words if taken else f"{words} {_('Nothing was taken over.')}")
    context = {**firm_context(request, found), "wrong": result.wrong}
    return render(request, "supervision/posts/firm.html", context, status=200)


def _read_file(request: HttpRequest) -> list[rosters.RosterRow]:
    given = request.FILES.get("file")
    if given is None:
        raise InvalidInput(_("Choose a file."))
    return rosters.read_roster(given.read())


def _shift(request: HttpRequest) -> rosters.NewShift:
    given = request.POST
    try:
        start = read_moment(given.get("start", ""), timezone.get_default_timezone())
        end = read_end(given.get("end", ""), start)
    except ValueError:
        raise InvalidInput(_("Give begin and end of the shift.")) from None
    return rosters.NewShift(given.get("person", ""), start, end, post=given.get("post", ""))


def _add_certificate(request: HttpRequest, found: SupervisedObject) -> None:
    given = request.POST
    person = found.people.filter(pk=_uuid(given.get("person", "")), active=True).first()
    if person is None:
        raise InvalidInput(_("Choose somebody of the firm."))
    certificates.add_certificate(
        actor=_actor(request),
        person_id=person.pk,
        name=given.get("name", ""),
        number=given.get("number", ""),
        issued=_date(given.get("issued")),
        expires=_date(given.get("expires")),
    )


def _date(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(_("“%(given)s” is no day.") % {"given": text[:20]}) from None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput(_("The form can't be read.")) from None


def _actor(request: HttpRequest) -> Any:
    return cast("Any", request.user)


def _now() -> datetime:
    return settings.CONFIGURATION.clock.now()
