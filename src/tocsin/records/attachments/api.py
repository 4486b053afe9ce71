"""Attachments for programs."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from tocsin.records.attachments.queries import readable_attachment
from tocsin.records.attachments.services.keeping import bytes_of

router = Router()

BINARY: Final = {"schema": {"type": "string", "format": "binary"}}


@router.get(
    "/attachments/{uuid:attachment_id}",
    summary="The bytes of a photo or a document",
    openapi_extra={"responses": {200: {"description": "OK", "content": {"image/jpeg": BINARY, "application/pdf": BINARY}}}},
)
def attachment(request: HttpRequest, attachment_id: UUID) -> HttpResponse:
    """What is kept of an uploaded file, for whoever may read its object."""
    found = readable_attachment(request.user, attachment_id)
    return HttpResponse(bytes_of(found), content_type=found.media_type, headers={"Content-Disposition": "attachment"})
