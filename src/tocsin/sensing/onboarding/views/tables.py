"""Secrets of the devices that a file brought, handed out once; pages that imports have now lead there."""

from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.jurisdiction.face import needs
from tocsin.screens.acts import Attempt
from tocsin.screens.request import actor_of
from tocsin.sensing.devices.queries.sending import ways_of
from tocsin.sensing.onboarding.queries import MANAGE
from tocsin.sensing.onboarding.services.tables import KIND, renew_secrets
from tocsin.sensing.onboarding.shown.tables import describe_table, file_of_secrets


@require_GET
def tables(request: HttpRequest) -> HttpResponse:
    """Where tables of devices are given now."""
    return redirect("import_kind", KIND, permanent=True)


@require_GET
def table(request: HttpRequest, device_table_id: UUID) -> HttpResponse:
    """Where a file of devices is now, under its old number."""
    return redirect("table_import", device_table_id, permanent=True)


@never_cache
@require_POST
@needs(MANAGE)
def hand_out_secrets(request: HttpRequest, device_table_id: UUID) -> HttpResponse:
    """Answers the page with new secrets of the devices that nobody has heard yet, this once."""
    with Attempt(request) as attempt:
        attempt.answer = renew_secrets(actor=actor_of(request), table_id=device_table_id)
    if not attempt.done:
        return redirect("table_import", device_table_id)
    handed = attempt.answer
    first = next(iter(handed.secrets), "")
    context = {
        "one": describe_table(handed.table),
        "secrets": handed.secrets,
        "file": "data:text/csv;charset=utf-8," + quote(file_of_secrets(handed.secrets)),
        "first": first,
        "ways": ways_of(first, handed.channel, handed.secrets[first]) if first else (),
    }
    return render(request, "sensing/onboarding/handed.html", context)
