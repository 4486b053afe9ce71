"""The audit administrator's page; papers and attachments, each for whoever may read its object."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.queries import may_anywhere
from tocsin.jurisdiction.tables import MOST_IN_A_FILE, as_csv, wants_csv
from tocsin.records import queries
from tocsin.records.attachments import bytes_of, readable_attachment
from tocsin.records.rules import ChainReport
from tocsin.records.services import print_for

if TYPE_CHECKING:
    from tocsin.jurisdiction.models import User
    from tocsin.records.models import AuditEntry

PAGE_SIZE = 100
COLUMNS = ("sequence", "at", "actor_name", "action", "object_type", "object_id", "region_code", "details")
KEPT_S = 24 * 3600
HARMLESS: Final[Mapping[str, list[str]]] = {"default-src": [CSP.NONE], "frame-ancestors": [CSP.NONE], "sandbox": [""]}
"""For what is no page of ours: nothing in it may run, load or style."""


@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """Entries of the regions one reads, newest first."""
    return _page(request)


@require_POST
def verify_audit(request: HttpRequest) -> HttpResponse:
    """The same page with the verdict on the whole chain."""
    _require_reader(request)
    return _page(request, queries.verify_chain())


@require_GET
@csp_override(HARMLESS)
def attachment(request: HttpRequest, attachment_id: UUID) -> HttpResponse:
    """A picture to look at, anything else to download."""
    found = readable_attachment(request.user, attachment_id)
    return _file(bytes_of(found), found.media_type, found.name, download=not found.is_picture)


@require_GET
def paper(request: HttpRequest, name: str, object_id: UUID) -> HttpResponse:
    """A paper about an object, printed now."""
    if name not in settings.PAPERS:
        raise Http404(name)
    printed = print_for(actor=cast("User", request.user), name=name, object_id=object_id)
    return _file(printed.document, "application/pdf", printed.file_name, download=False)


def _file(data: bytes, media_type: str, name: str, *, download: bool) -> HttpResponse:
    headers = {
        "Content-Disposition": content_disposition_header(download, name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": f"private, max-age={KEPT_S}, immutable" if media_type != "application/pdf" else "private, no-store",
    }
    return HttpResponse(data, content_type=media_type, headers=headers)


def _page(request: HttpRequest, report: ChainReport | None = None) -> HttpResponse:
    _require_reader(request)
    wanted = {key: request.GET.get(key, "").strip() for key in ("action", "person", "object_id")}
    found = queries.search_entries(request.user, **wanted)
    if wants_csv(request):
        return as_csv("audit", COLUMNS, map(_flat, found[:MOST_IN_A_FILE].iterator(chunk_size=2000)))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"page": page, "wanted": wanted, "report": report}
    return render(request, "records/audit.html", context)


def _flat(entry: "AuditEntry") -> dict[str, Any]:
    return {**vars(entry), "details": [f"{key}={words}" for key, words in entry.told_details()]}


def _require_reader(request: HttpRequest) -> None:
    if not may_anywhere(request.user, "audit.see"):
        raise NotAllowed(_("This page needs the permission %(permission)s.") % {"permission": "audit.see"})
