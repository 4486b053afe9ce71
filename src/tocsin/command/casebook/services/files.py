"""Photos and documents that a duty officer puts to a case."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from tocsin.command.casebook.queries.cases import visible_cases
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.services.acting import open_cases, touch
from tocsin.jurisdiction.face import require
from tocsin.records.face import attachments_of, keep_prepared, prepare_attachment

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.records.face import Attachment


def attach_file(
    *, actor: "User", case_id: UUID, data: bytes, name: str, caption: str = "", channel: str = "console"
) -> "Attachment":
    """Checks and keeps the file; a line of the time line names it once. InvalidInput tells what is wrong with it."""
    require(actor, rights.HANDLE, visible_cases(actor).get(pk=case_id).region_code)  # who may not costs no decode
    prepared = prepare_attachment(actor=actor, data=data, name=name)
    with transaction.atomic():
        book, (case,) = open_cases(actor, channel, case_id)
        before = attachments_of("case", case.pk).count()
        kept = keep_prepared(
            prepared,
            actor=actor,
            object_type="case",
            object_id=case.pk,
            region_code=case.region_code,
            now=book.now,
            caption=caption,
        )
        if attachments_of("case", case.pk).count() > before:
            touch(book, case)
            book.note(case, "attached", text=caption, figures={"name": kept.name, "sha256": kept.sha256})
    return kept
