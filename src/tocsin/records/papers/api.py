"""Papers for programs."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router

from tocsin.records.attachments.api import BINARY
from tocsin.records.papers.services.printing import print_for
from tocsin.screens.request import actor_of

router = Router()


@router.get(
    "/papers/{str:paper}/{uuid:object_id}",
    summary="A paper as PDF",
    openapi_extra={"responses": {200: {"description": "OK", "content": {"application/pdf": BINARY}}}},
)
def print_paper(request: HttpRequest, paper: str, object_id: UUID) -> HttpResponse:
    """Prints a paper (`case_report`, `disposal_notice`, …) about an object as it is now, in the language of the request."""
    if paper not in settings.PAPERS:
        raise Http404(paper)
    printed = print_for(actor=actor_of(request), name=paper, object_id=object_id)
    return HttpResponse(printed.document, content_type="application/pdf", headers={"Cache-Control": "private, no-store"})
