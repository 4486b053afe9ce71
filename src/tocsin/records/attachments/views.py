"""Attachments for whoever may read their object."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.csp import CSP
from django.utils.http import content_disposition_header
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET

from tocsin.records.attachments.queries import readable_attachment
from tocsin.records.attachments.services.keeping import bytes_of

HARMLESS: Final[Mapping[str, list[str]]] = {"default-src": [CSP.NONE], "frame-ancestors": [CSP.NONE], "sandbox": [""]}
"""For what is no page of ours: nothing in it may run, load or style."""


@require_GET
@csp_override(HARMLESS)
def attachment(request: HttpRequest, attachment_id: UUID) -> HttpResponse:
    """A picture to look at, anything else to download."""
    found = readable_attachment(request.user, attachment_id)
    return file_response(bytes_of(found), found.media_type, found.name, download=not found.is_picture)


def file_response(data: bytes, media_type: str, name: str, *, download: bool) -> HttpResponse:
    """A file that no browser runs, to be shown or kept."""
    headers = {
        "Content-Disposition": content_disposition_header(download, name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",  # on a shared phone nothing opens after signing out
    }
    return HttpResponse(data, content_type=media_type, headers=headers)
