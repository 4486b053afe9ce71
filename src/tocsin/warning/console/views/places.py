"""Open alarms by pipe, street, district and city."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.budgets.requests import charged
from tocsin.screens.lists.page import list_file
from tocsin.warning.alarms.rules.states import PERMISSION_SEE
from tocsin.warning.console.queries import places_of_alarms
from tocsin.warning.console.shown import KIND_NAMES, describe_place, link_of

MOST = 100  # places of a kind on the page; the file has all
COLUMNS = ("kind", "key", "name", "region_code", "red", "orange", "yellow", "blue", "unacknowledged", "set_aside", "alarms")


@never_cache
@require_GET
@charged
def places(request: HttpRequest) -> HttpResponse:
    """How many open alarms where, as a page or a file."""
    if not may_anywhere(request.user, PERMISSION_SEE):
        raise NotAllowed(_("Your roles do not show you alarms."))
    found = places_of_alarms(request.user)
    groups = [
        (name, [(describe_place(one), link_of(one)) for one in found if one.kind is kind][:MOST])
        for kind, name in KIND_NAMES.items()
    ]
    context = {"groups": [group for group in groups if group[1]]}
    return list_file(request, found, "alarms-by-place", COLUMNS, describe_place) or render(
        request, "warning/console/places.html", context
    )
