"""Rows of a file that waits are mended or left out on the page, one by one."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.face import require
from tocsin.supervision.objects.models import ObjectImport
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.rules.tables import HEADINGS

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_TEXT = 300


@transaction.atomic
def leave_row(*, actor: "User", import_id: UUID, line: int, left: bool) -> ObjectImport:
    """The row of this line is not taken over, or is again. Conflict for a file that waits no more, InvalidInput for no line."""
    made, row = _waiting(actor, import_id, line)
    row["left"] = left
    made.save(update_fields=["rows"])
    return made


@transaction.atomic
def mend_cell(*, actor: "User", import_id: UUID, line: int, column: str, text: str) -> ObjectImport:
    """One cell is written anew; the row is judged again. The file itself stays as it is."""
    made, row = _waiting(actor, import_id, line)
    if column not in HEADINGS:
        raise InvalidInput(_("There is no column %(name)s.") % {"name": column[:60]})
    if text.strip():
        row["cells"][column] = text.strip()[:MOST_TEXT]
    else:
        row["cells"].pop(column, None)
    made.save(update_fields=["rows"])
    return made


def _waiting(actor: "User", import_id: UUID, line: int) -> tuple[ObjectImport, dict[str, Any]]:
    made = ObjectImport.objects.select_for_update().get(pk=import_id)
    require(actor, rights.MANAGE, made.region_code)
    if made.taken_at is not None or made.dropped_at is not None:
        raise Conflict(_("This file was taken over or dropped already."))
    row = next((one for one in made.rows if one["line"] == line), None)
    if row is None:
        raise InvalidInput(_("The file has no row in line %(line)d.") % {"line": line})
    return made, row
