"""Forms of rosters: shifts entered, leave and swaps, certificates."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import InvalidInput
from tocsin.base.written_hours import read_end, read_moment
from tocsin.screens.acts import Act, Attempt, next_of, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.request import Actor, actor_of
from tocsin.screens.tables import as_csv
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.posts.queries import posts as queries
from tocsin.supervision.posts.services import certificates, rosters
from tocsin.supervision.posts.views.posts import firm_context, visible_firm


@never_cache
@require_GET
def template(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """The columns of a roster as a file, with the firm's people."""
    found = visible_firm(request, object_id)
    people = found.people.filter(active=True) if queries.knows_names(request.user, found) else []
    rows = [{"firm": found.code, "person": one.external_id or one.name, "role": one.role, "post": one.post} for one in people]
    return as_csv("roster", ("firm", "person", "role", "post", "start", "end", "leave"), rows)


def _remove(actor: Actor, shift_id: UUID) -> None:
    rosters.remove_shift(actor=actor, shift_id=shift_id, now=current_time())


def _ask_change(actor: Actor, shift_id: UUID, *, reason: str, colleague: UUID | None) -> str:
    rosters.ask_change(actor=actor, shift_id=shift_id, reason=reason, colleague_id=colleague, now=current_time())
    return _("Asked for: another one of the firm, or the authority, decides.")


@require_POST
def act_on_shift(request: HttpRequest, duty_shift_id: UUID, name: str) -> HttpResponse:
    """Takes a shift off, or asks for leave or a swap."""
    shift = queries.visible_shifts(request.user).get(pk=duty_shift_id)
    object_id = shift.person.object_id
    perform_and_tell(request, {"remove": _remove, "change": _ask_change}, name, actor_of(request), shift.pk)
    return redirect("own_calls") if next_of(request) == "own" else redirect("presence_of_firm", object_id)


def _decide(actor: Actor, change_id: UUID, approve: bool) -> None:
    rosters.decide_change(actor=actor, change_id=change_id, approve=approve, now=current_time())


@require_POST
def decide(request: HttpRequest, shift_change_id: UUID, name: str) -> HttpResponse:
    """Yes or no to leave or a swap."""
    made = queries.visible_changes(request.user).get(pk=shift_change_id)
    acts: dict[str, Act] = {"approve": _decide, "refuse": _decide}
    perform_and_tell(request, acts, name, actor_of(request), made.pk, name == "approve")
    return redirect("presence_of_firm", made.shift.person.object_id)


@require_POST
def revoke(request: HttpRequest, person_certificate_id: UUID) -> HttpResponse:
    """A certificate no longer counts."""
    paper = queries.visible_certificates(request.user).get(pk=person_certificate_id)
    with Attempt(request):
        certificates.revoke_certificate(actor=actor_of(request), certificate_id=paper.pk)
    return redirect("presence_of_firm", paper.person.object_id)


def _enter(
    request: HttpRequest, supervised_object: SupervisedObject, rows: list[rosters.RosterRow], *, leave_wrong: bool
) -> HttpResponse:
    result = rosters.enter_shifts(
        actor=actor_of(request), object_id=supervised_object.pk, rows=rows, leave_wrong=leave_wrong, now=current_time()
    )
    taken = result.new + result.changed + result.same
    if taken or not result.wrong:
        words = _("%(new)d new, %(changed)d changed, %(same)d as before.")
        messages.success(request, words % {"new": result.new, "changed": result.changed, "same": result.same})
    if not result.wrong:
        return redirect("presence_of_firm", supervised_object.pk)
    count = len(result.wrong)
    words = ngettext("%(count)d row is wrong.", "%(count)d rows are wrong.", count) % {"count": count}
    messages.error(request, words if taken else f"{words} {_('Nothing was taken over.')}")
    context = {**firm_context(request, supervised_object), "wrong": result.wrong}
    return render(request, "supervision/posts/firm.html", context, status=200)


def _enter_shift(
    request: HttpRequest, supervised_object: SupervisedObject, *, person: str, start: str, end: str, post: str, leave_wrong: bool
) -> HttpResponse:
    try:
        begin = read_moment(start, timezone.get_default_timezone())
        shift = rosters.NewShift(person, begin, read_end(end, begin), post=post)
    except ValueError:
        raise InvalidInput(_("Give begin and end of the shift.")) from None
    return _enter(request, supervised_object, rosters.rows_from([shift]), leave_wrong=leave_wrong)


def _add_certificate(
    request: HttpRequest,
    supervised_object: SupervisedObject,
    *,
    person: UUID | None,
    name: str,
    number: str,
    issued: date | None,
    expires: date | None,
) -> None:
    holder = supervised_object.people.filter(pk=person, active=True).first() if person else None
    if holder is None:
        raise InvalidInput(_("Choose somebody of the firm."))
    certificates.add_certificate(
        actor=actor_of(request), person_id=holder.pk, name=name, number=number, issued=issued, expires=expires
    )


ENTERED: dict[str, Act] = {"shift": _enter_shift, "certificate": _add_certificate}


@require_POST
def enter(request: HttpRequest, object_id: UUID, name: str) -> HttpResponse:
    """A shift or a certificate."""
    found = visible_firm(request, object_id)
    attempt = perform_and_tell(request, ENTERED, name, request, found)
    return attempt.answer or redirect("presence_of_firm", found.pk)
