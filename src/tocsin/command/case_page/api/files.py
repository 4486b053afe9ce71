"""Photos and documents of cases for programs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, File, Form, Router, Schema
from ninja.files import UploadedFile

from tocsin.command.casebook.queries import cases as queries
from tocsin.command.casebook.services.files import attach_file
from tocsin.command.orders.queries.attached import files_of
from tocsin.records.face import describe_attachment
from tocsin.screens.request import actor_of

router = Router()


class FileOut(Schema):
    """A photo or a document; its bytes are at `/records/attachments/ID/`."""

    id: UUID
    object_type: str = Field(description="what it is attached to: case or order")
    name: str
    caption: str
    media_type: str = Field(description="image/jpeg or application/pdf: what is kept, whatever was sent")
    size_bytes: int
    sha256: str = Field(description="of what is kept")
    width: int
    height: int
    taken_at: datetime | None = Field(description="by the camera's clock")
    at: datetime
    actor: str


@router.get("/cases/{uuid:case_id}/files", response=list[FileOut])
def files(request: HttpRequest, case_id: UUID) -> list[dict[str, Any]]:
    """Everything attached to the case, to its orders and to cases that went into it, oldest first."""
    found = queries.visible_cases(request.user).get(pk=case_id)
    return [describe_attachment(one) for one in files_of(found)]


@router.post("/cases/{uuid:case_id}/files", response=FileOut)
def attach(request: HttpRequest, case_id: UUID, file: File[UploadedFile], caption: Form[str] = "") -> dict[str, Any]:
    """Attaches a JPEG, PNG or WebP picture or a PDF. The same file twice is one attachment."""
    kept = attach_file(
        actor=actor_of(request),
        case_id=case_id,
        data=file.read(),
        name=file.name or "",
        caption=caption,
        channel="api",
    )
    return describe_attachment(kept)
