"""Photos and documents that a duty officer puts to a case."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from tocsin.command.casebook.services.acting import open_cases, touch
from tocsin.records.face import attachments_of, keep_attachment

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.records.face import Attachment


@transaction.atomic
def attach_file(
    *, actor: "User", case_id: UUID, data: bytes, name: str, caption: str = "", channel: str = "console"
) -> "Attachment":
    """Checks and keeps the file; a line of the time line names it once. InvalidInput tells what is wrong with it."""
    book, (case,) = open_cases(actor, channel, case_id)
    before = attachments_of("case", case.pk).count()
    kept = keep_attachment(
        actor=actor,
        object_type="case",
        object_id=case.pk,
        region_code=case.region_code,
        data=data,
        name=name,
        now=book.now,
        caption=caption,
    )
    if attachments_of("case", case.pk).count() > before:
        touch(book, case)
        book.note(case, "attached", text=caption, figures={"name": kept.name, "sha256": kept.sha256})
    return kept
