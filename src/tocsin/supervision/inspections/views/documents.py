"""Legal documents exchanged with the law-enforcement system: a file in, told by row, and a file out."""

import json
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.acts import Attempt
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.supervision.inspections.queries import legal as queries
from tocsin.supervision.inspections.rules.legal import COLUMNS
from tocsin.supervision.inspections.services.legal import ImportReport, exported, import_documents
from tocsin.supervision.inspections.shown.documents import DIRECTION_NAMES, describe_document
from tocsin.supervision.objects.rules import rights

PAGE_SIZE = 50
LARGEST_FILE = 25_000_000
OUT_COLUMNS = COLUMNS[:8]
EMPTY = EmptyState(gettext_lazy("A document is made on the page of an inspection, or entered here."))


@dataclass(frozen=True)
class Filters:
    """Which documents are listed."""

    direction: str = ""


@never_cache
@require_http_methods(["GET", "POST"])
def documents(request: HttpRequest) -> HttpResponse:
    """The list; a file is taken in here, and given out as JSON or CSV."""
    sees = may_anywhere(request.user, rights.SEE)
    if not (sees or may_anywhere(request.user, rights.OWN)):
        raise NotAllowed(_("Your roles do not show you legal documents."))
    report = _take(request) if request.method == "POST" else None
    asked = read_filters(Filters, request.GET).direction
    direction = asked if asked in queries.DIRECTIONS else ""
    found = queries.visible_documents(request.user, direction=direction)
    if request.GET.get("format") == "json":
        text = json.dumps({"documents": [exported(one) for one in found]}, ensure_ascii=False, indent=1)
        headers = {"Content-Disposition": 'attachment; filename="documents.json"'}
        return HttpResponse(text, content_type="application/json", headers=headers)
    context = {
        "direction": direction,
        "directions": DIRECTION_NAMES.items(),
        "report": report,
        "may_inspect": may_anywhere(request.user, rights.INSPECT),
        "columns": COLUMNS,
        "sees": sees,
    }
    return list_file(request, found, "documents", OUT_COLUMNS, exported) or list_page(
        request,
        found,
        "supervision/inspections/documents.html",
        empty=EMPTY,
        part="",
        describe=describe_document,
        context=context,
    )


def _take(request: HttpRequest) -> ImportReport | None:
    with Attempt(request):
        file = request.FILES.get("file")
        if file is None or (file.size or 0) > LARGEST_FILE:
            raise InvalidInput(_("Choose a file of at most %(megabytes)g MB.") % {"megabytes": LARGEST_FILE / 1e6})
        return import_documents(actor=actor_of(request), content=file.read())
    return None
