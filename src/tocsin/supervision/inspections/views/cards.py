"""The law-enforcement cards of inspectors, whose numbers stand on every paper."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line
from tocsin.screens.request import actor_of
from tocsin.supervision.inspections.queries.cards import cards_of, inspectors_led_by
from tocsin.supervision.inspections.services.cards import keep_card
from tocsin.supervision.objects.rules import rights


@never_cache
@require_http_methods(["GET", "POST"])
def cards(request: HttpRequest) -> HttpResponse:
    """Every inspector that one leads, with a field for the card."""
    if not may_anywhere(request.user, rights.LEAD):
        raise NotAllowed(_("Your roles do not show you the cards of inspectors."))
    if request.method == "POST":
        return _keep(request)
    people = inspectors_led_by(request.user)
    known = cards_of(people)
    context = {
        "rows": [{"person": one, "card": known.get(one.pk)} for one in people],
        "today": timezone.localdate(current_time()),
    }
    return render(request, "supervision/inspections/cards.html", context)


@act("inspector_cards")
def _keep(request: HttpRequest, *, person: UUID, number: Line, valid_until: date | None = None) -> str:
    keep_card(actor=actor_of(request), person_id=person, number=number, valid_until=valid_until)
    return _("The card is kept.")
