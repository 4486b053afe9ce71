"""Legal documents exchanged with the law-enforcement system: a file in, told by row, and a file out."""

import json
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tocsin.base.errors import NotAllowed, Refusal
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.tables import as_csv
from tocsin.supervision.inspections.queries import legal as queries
from tocsin.supervision.inspections.rules.legal import COLUMNS
from tocsin.supervision.inspections.services.legal import ImportReport, exported, import_documents
from tocsin.supervision.inspections.shown.inspections import DIRECTION_NAMES, describe_document
from tocsin.supervision.objects.rules import rights

PAGE_SIZE = 50
LARGEST_FILE = 25_000_000
OUT_COLUMNS = COLUMNS[:8]


@never_cache
@require_http_methods(["GET", "POST"])
def documents(request: HttpRequest) -> HttpResponse:
    """The list; a file is taken in here, and given out as JSON or CSV."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you legal documents."))
    report = _take(request) if request.method == "POST" else None
    direction = request.GET.get("direction", "")
    direction = direction if direction in queries.DIRECTIONS else ""
    found = queries.visible_documents(request.user, direction=direction)
    if request.GET.get("format") == "csv":
        return as_csv("documents", OUT_COLUMNS, map(exported, found.iterator(chunk_size=2000)))
    if request.GET.get("format") == "json":
        text = json.dumps({"documents": [exported(one) for one in found]}, ensure_ascii=False, indent=1)
        headers = {"Content-Disposition": 'attachment; filename="documents.json"'}
        return HttpResponse(text, content_type="application/json", headers=headers)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [describe_document(one) for one in page],
        "direction": direction,
        "directions": DIRECTION_NAMES.items(),
        "report": report,
        "may_inspect": may_anywhere(request.user, rights.INSPECT),
        "columns": COLUMNS,
    }
    return render(request, "supervision/inspections/documents.html", context)


def _take(request: HttpRequest) -> ImportReport | None:
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > LARGEST_FILE:
        messages.error(request, _("Choose a file of at most %(megabytes)g MB.") % {"megabytes": LARGEST_FILE / 1e6})
        return None
    try:
        return import_documents(actor=cast("Any", request.user), content=file.read())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return None
