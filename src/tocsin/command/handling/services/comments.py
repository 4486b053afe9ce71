"""A person's words in the time line of a case."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.services.acting import open_cases, touch
from tocsin.command.orders.services.progress import note_progress

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def comment_on_case(*, actor: "User", case_id: UUID, text: str, channel: str = "console") -> Case:
    """Adds the person's words to the time line."""
    if not text.strip():
        raise InvalidInput(_("The comment is empty."))
    book, (case,) = open_cases(actor, channel, case_id, any_state=True)
    touch(book, case)
    book.note(case, "commented", text=text)
    note_progress(book, case)
    return case
