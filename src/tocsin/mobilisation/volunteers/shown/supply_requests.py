"""Whom a request of supplies has asked to load and drive, as its page shows it."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.mobilisation.volunteers.queries.needs import needs_of
from tocsin.mobilisation.volunteers.queries.supply_requests import SUPPLY_REQUEST
from tocsin.mobilisation.volunteers.rules import rights
from tocsin.mobilisation.volunteers.shown.calls import describe_need
from tocsin.supplies.face import HelpAsked, HelpOfRequest, visible_requests

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def help_for_supply_request(user: "Person", request_id: UUID) -> HelpOfRequest:
    """Its needs with how many said yes, for who sees volunteers, and where who may call asks for more."""
    if not may_anywhere(user, rights.SEE):
        return HelpOfRequest()
    found = visible_requests(user).get(pk=request_id)
    asked = [describe_need(one) for one in needs_of(SUPPLY_REQUEST, found.pk)]
    may_ask = may(user, rights.CALL, found.region_code)
    return HelpOfRequest(
        asked=tuple(
            HelpAsked(one.number, one.what, reverse("volunteer_need", args=[one.number]), one.sure, one.count, one.css)
            for one in asked
        ),
        ask_page=f"{reverse('volunteer_needs')}?supply_request={found.number}#open-need" if may_ask else "",
    )
