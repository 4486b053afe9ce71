"""Photos and documents of cases for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Router
from ninja.files import UploadedFile

from tocsin.command.casebook.queries import cases as queries
from tocsin.command.casebook.services.files import attach_file
from tocsin.command.orders.queries.attached import files_of
from tocsin.records.face import Attachment, FileOut
from tocsin.screens.request import actor_of

router = Router()


@router.get("/cases/{uuid:case_id}/files", response=list[FileOut])
def files(request: HttpRequest, case_id: UUID) -> list[Attachment]:
    """Everything attached to the case, to its orders and to cases that went into it, oldest first."""
    found = queries.visible_cases(request.user).get(pk=case_id)
    return files_of(found)


@router.post("/cases/{uuid:case_id}/files", response=FileOut)
def attach(request: HttpRequest, case_id: UUID, file: File[UploadedFile], caption: Form[str] = "") -> Attachment:
    """Attaches a JPEG, PNG or WebP picture or a PDF. The same file twice is one attachment."""
    return attach_file(
        actor=actor_of(request),
        case_id=case_id,
        data=file.read(),
        name=file.name or "",
        caption=caption,
        channel="api",
    )
