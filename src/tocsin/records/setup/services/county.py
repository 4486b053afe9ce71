"""The usual bodies of a county as a table: looked at row by row, taken over and undone as every table is."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.tables import csv_text
from tocsin.jurisdiction.face import all_regions, missing_usual_bodies, require
from tocsin.records.imports.models import TableImport
from tocsin.records.imports.services.giving import give_file
from tocsin.records.setup.services.bodies import BODIES, BODY_HEADINGS, KIND_WORDS, YES

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def give_county_template(*, actor: "User", region_code: str, now: datetime) -> TableImport:
    """Gives the bodies that the area lacks of the usual list as a file of organisations; nothing is written yet.

    InvalidInput for no such area, NotAllowed elsewhere, Conflict where all of them are there.
    """
    require(actor, BODIES.permission, region_code)
    if not all_regions().filter(code=region_code).exists():
        raise InvalidInput(_("There is no region %(code)s.") % {"code": region_code})
    rows = missing_usual_bodies(region_code)
    if not rows:
        raise Conflict(_("All the usual bodies are there already."))
    columns = list(BODY_HEADINGS)
    text = csv_text(columns, [[_in_words(one, row[one]) for one in columns] for row in rows])
    return give_file(
        actor=actor,
        kind=BODIES.name,
        region_code=region_code,
        file_name=_("usual bodies") + ".csv",
        content=text.encode(),
        now=now,
    )


def _in_words(column: str, cell: str) -> str:
    """A cell as the reader would write it; the table is understood in either language."""
    if not (get_language() or "zh").startswith("zh"):
        return cell
    if column == "desk":
        return "是" if cell in YES else "否"
    if column == "kind":
        return next(word for word, kind in KIND_WORDS.items() if kind == cell)
    return cell
