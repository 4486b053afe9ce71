"""The audit administrator's page."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.queries import may_anywhere
from tocsin.records import queries
from tocsin.records.rules import ChainReport

PAGE_SIZE = 100


@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """Entries of the regions one reads, newest first."""
    return _page(request)


@require_POST
def verify_audit(request: HttpRequest) -> HttpResponse:
    """The same page with the verdict on the whole chain."""
    _require_reader(request)
    return _page(request, queries.verify_chain())


def _page(request: HttpRequest, report: ChainReport | None = None) -> HttpResponse:
    _require_reader(request)
    wanted = {key: request.GET.get(key, "").strip() for key in ("action", "person", "object_id")}
    page = Paginator(queries.search_entries(request.user, **wanted), PAGE_SIZE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"page": page, "wanted": wanted, "report": report}
    return render(request, "records/audit.html", context)


def _require_reader(request: HttpRequest) -> None:
    if not may_anywhere(request.user, "audit.see"):
        raise NotAllowed(_("This page needs the permission %(permission)s.") % {"permission": "audit.see"})
