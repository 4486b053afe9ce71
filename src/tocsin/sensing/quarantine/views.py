"""The page of what could not be read."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tocsin.jurisdiction.face import may_anywhere, needs
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.tables import MOST_IN_A_FILE
from tocsin.sensing.quarantine import queries
from tocsin.sensing.quarantine.models import QuarantinedMessage

PAGE_SIZE = 50


QUARANTINE_COLUMNS = (
    *("device_code", "region_code", "reason_name", "door", "detail", "count", "kept", "first_seen_at", "last_seen_at", "sample"),
)


@require_GET
@needs("quarantine.see")
def quarantine(request: HttpRequest) -> HttpResponse:
    """What devices sent that could not be read, with the reason."""
    found = queries.visible_quarantine(request.user)
    context = {"may_manage": may_anywhere(request.user, "sensors.manage")}
    return list_file(request, found, "unreadable", QUARANTINE_COLUMNS, _flat_quarantined, MOST_IN_A_FILE) or list_page(
        request, found, "sensing/quarantine/quarantine.html", part="", context=context
    )


def _flat_quarantined(row: QuarantinedMessage) -> dict[str, Any]:
    return {**vars(row), "detail": row.detail, "reason_name": row.get_reason_display()}
