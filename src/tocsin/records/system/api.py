"""How the installation runs, for programs."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from ninja import Router
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may_anywhere
from tocsin.records.system.queries import read_gauges
from tocsin.records.system.shown import in_openmetrics
from tocsin.screens.budgets.requests import costly

router = Router()


@router.get("/metrics", response=str)
@costly
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures of the whole installation in the text format of OpenMetrics, for Prometheus and what reads its format."""
    if not may_anywhere(request.user, "system.see"):
        raise NotAllowed(_("This page needs the permission %(permission)s.") % {"permission": "system.see"})
    with translation.override("en"):  # a help text that changed with the reader would be another metric
        return HttpResponse(in_openmetrics(read_gauges(timezone.now())), content_type=CONTENT_TYPE_LATEST)
