"""Sharing agreements and the log of readings: what a department asks for, grants, refuses, ends, and sees of it."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.atlas.exchange.queries.agreements import (
    agreements_to_decide,
    askable_resources,
    visible_agreements,
    visible_readings,
)
from tocsin.atlas.exchange.queries.resources import fields_of, name_of
from tocsin.atlas.exchange.rules.agreements import AgreementState
from tocsin.atlas.exchange.services import agreements as services
from tocsin.atlas.exchange.shown.agreements import describe_agreement, describe_reading
from tocsin.atlas.resources.queries.resources import own_body
from tocsin.atlas.resources.rules import rights
from tocsin.jurisdiction.face import needs
from tocsin.screens.acts import Act, act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.columns import headed
from tocsin.screens.forms import Line
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of

READING_COLUMNS = headed(
    *("collection", "body", "reader", "program", "form", "selection", "requests", "rows", "first_at", "last_at")
)


@never_cache
@require_GET
@needs(rights.SEE)
def agreements(request: HttpRequest) -> HttpResponse:
    """Agreements of the reader's body and of the resources that the reader keeps, and what may be asked for."""
    today = timezone.localdate(current_time())
    context = {
        "askable": [(one.pk, name_of(one), str(one.owner)) for one in askable_resources(request.user)[:300]],
        "to_decide": agreements_to_decide(request.user).count(),
    }
    return list_page(
        request,
        visible_agreements(request.user),
        "atlas/exchange/agreements.html",
        describe=lambda one: describe_agreement(one, today),
        context=context,
    )


@never_cache
@require_GET
@needs(rights.SEE)
def ask(request: HttpRequest, resource_id: UUID) -> HttpResponse:
    """The form in which one body asks another for fields of a resource."""
    found = askable_resources(request.user).get(pk=resource_id)
    today = timezone.localdate(current_time())
    context = {
        "resource": found,
        "name": name_of(found),
        "fields": fields_of(found),
        "today": today,
        "until": today.replace(year=today.year + 1, day=min(today.day, 28)),
    }
    return render(request, "atlas/exchange/ask.html", context)


@never_cache
@act("ask_agreement")
def send_request(request: HttpRequest, resource_id: UUID, *, field: list[str], purpose: Line, until: date) -> HttpResponse:
    """The request is sent; its page follows."""
    made = services.ask_agreement(
        actor=actor_of(request), resource_id=resource_id, fields=field, purpose=purpose, until=until, now=current_time()
    )
    return redirect("agreement", made.pk)


@never_cache
@require_GET
@needs(rights.SEE)
def agreement(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """One agreement, and what the reader may do about it."""
    found = visible_agreements(request.user).get(pk=agreement_id)
    known = {one.name: one for one in fields_of(found.resource)}
    decides = agreements_to_decide(request.user).filter(pk=agreement_id).exists()
    open_now = found.state in (AgreementState.ASKED, AgreementState.GRANTED)
    asked_by_us = own_body(request.user) == found.consumer_id
    keeps = visible_readings(request.user).model.objects.none() if asked_by_us else visible_readings(request.user)
    context = {
        "one": describe_agreement(found, timezone.localdate(current_time())),
        "fields": [known.get(name) or name for name in found.asked_fields],
        "decides": decides,
        "may_end": open_now and (asked_by_us or found.state == AgreementState.GRANTED),
        "readings": [describe_reading(one) for one in keeps.filter(agreement=found)[:20]],
    }
    return render(request, "atlas/exchange/agreement.html", context)


def _grant(request: HttpRequest, agreement_id: UUID, *, field: list[str], until: date, rows: Line) -> str:
    services.grant_agreement(
        actor=actor_of(request), agreement_id=agreement_id, fields=field, until=until, rows=rows, now=current_time()
    )
    return _("It is granted; the other side is told.")


def _refuse(request: HttpRequest, agreement_id: UUID, *, reason: Line) -> str:
    services.refuse_agreement(actor=actor_of(request), agreement_id=agreement_id, reason=reason, now=current_time())
    return _("It is refused; the other side is told.")


def _end(request: HttpRequest, agreement_id: UUID, *, reason: Line) -> str:
    services.end_agreement(actor=actor_of(request), agreement_id=agreement_id, reason=reason, now=current_time())
    return _("It is over; the other side is told.")


ACTS: dict[str, Act] = {"grant": _grant, "refuse": _refuse, "end": _end}


@never_cache
def act_on_agreement(request: HttpRequest, agreement_id: UUID, name: str) -> HttpResponse:
    """Grants, refuses or ends; the page of the agreement follows."""
    if request.method != "POST":
        return redirect("agreement", agreement_id)
    perform_and_tell(request, ACTS, name, request, agreement_id)
    return redirect("agreement", agreement_id)


@never_cache
@require_GET
@needs(rights.KEEP)
def readings(request: HttpRequest) -> HttpResponse:
    """Who has read the resources that the reader keeps: `?format=csv` as a file."""
    found = visible_readings(request.user)
    return list_file(request, found, "readings", READING_COLUMNS, describe_reading) or list_page(
        request, found, "atlas/exchange/readings.html", describe=describe_reading
    )
