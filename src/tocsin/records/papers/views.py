"""Papers for whoever may read their object."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tocsin.records.attachments.views import file_response
from tocsin.records.papers.services.printing import print_for
from tocsin.screens.request import actor_of


@require_GET
def paper(request: HttpRequest, name: str, object_id: UUID) -> HttpResponse:
    """A paper about an object, printed now."""
    if name not in settings.PAPERS:
        raise Http404(name)
    printed = print_for(actor=actor_of(request), name=name, object_id=object_id)
    return file_response(printed.document, "application/pdf", printed.file_name, download=False)
