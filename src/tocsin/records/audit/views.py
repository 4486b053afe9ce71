"""The audit administrator's page."""

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may_anywhere
from tocsin.records.audit import queries
from tocsin.records.audit.rules import ChainReport
from tocsin.screens.tables import MOST_IN_A_FILE, as_csv, wants_csv

if TYPE_CHECKING:
    from tocsin.records.audit.models import AuditEntry

PAGE_SIZE = 100
COLUMNS = ("sequence", "at", "actor_name", "action", "object_type", "object_id", "region_code", "details")


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
    found = queries.search_entries(request.user, **wanted)
    if wants_csv(request):
        return as_csv("audit", COLUMNS, map(_flat, found[:MOST_IN_A_FILE].iterator(chunk_size=2000)))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"page": page, "wanted": wanted, "report": report}
    return render(request, "records/audit/audit.html", context)


def _flat(entry: "AuditEntry") -> dict[str, Any]:
    return {**vars(entry), "details": [f"{key}={words}" for key, words in entry.told_details()]}


def _require_reader(request: HttpRequest) -> None:
    if not may_anywhere(request.user, "audit.see"):
        raise NotAllowed(_("This page needs the permission %(permission)s.") % {"permission": "audit.see"})
