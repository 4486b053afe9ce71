"""Papers for whoever may read their object."""

from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tocsin.records.attachments.views import _file
from tocsin.records.papers.services.printing import print_for

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@require_GET
def paper(request: HttpRequest, name: str, object_id: UUID) -> HttpResponse:
    """A paper about an object, printed now."""
    if name not in settings.PAPERS:
        raise Http404(name)
    printed = print_for(actor=cast("User", request.user), name=name, object_id=object_id)
    return _file(printed.document, "application/pdf", printed.file_name, download=False)
