"""The audit administrator's page."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may_anywhere
from tocsin.records.audit import queries
from tocsin.records.audit.rules import ChainReport
from tocsin.screens.budgets.requests import costly
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.tables import MOST_IN_A_FILE

if TYPE_CHECKING:
    from tocsin.records.audit.models import AuditEntry

PAGE_SIZE = 100
COLUMNS = ("sequence", "at", "actor_name", "action", "object_type", "object_id", "region_code", "details")
EMPTY = EmptyState(gettext_lazy("An entry is written by whatever changes something."))


@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """Entries of the regions one reads, newest first."""
    return _page(request)


@require_POST
@costly
def verify_audit(request: HttpRequest) -> HttpResponse:
    """The same page with the verdict on the whole chain."""
    _require_reader(request)
    return _page(request, queries.verify_chain())


@dataclass(frozen=True)
class Filters:
    """Which entries are looked for."""

    action: Line = ""
    person: Line = ""
    object_id: Line = ""


def _page(request: HttpRequest, report: ChainReport | None = None) -> HttpResponse:
    _require_reader(request)
    wanted = read_filters(Filters, request.GET)
    found = queries.search_entries(request.user, **asdict(wanted))
    return list_file(request, found, "audit", COLUMNS, _flat, MOST_IN_A_FILE) or list_page(
        request,
        found,
        "records/audit/audit.html",
        empty=EMPTY,
        part="",
        context={"wanted": wanted, "report": report},
        per_page=PAGE_SIZE,
    )


def _flat(entry: "AuditEntry") -> dict[str, object]:
    return {**vars(entry), "details": [f"{key}={words}" for key, words in entry.told_details()]}


def _require_reader(request: HttpRequest) -> None:
    if not may_anywhere(request.user, "audit.see"):
        raise NotAllowed(_("This page needs the permission %(permission)s.") % {"permission": "audit.see"})
