"""A file of settings taken over in one go: by each of several administrators what is theirs, its policy confirmed by a second
person."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.records.imports.rules import ImportVerdict, Row
from tocsin.records.imports.services.giving import drop_file, give_file
from tocsin.records.imports.services.judging import rows_of
from tocsin.records.imports.services.taking import take_file
from tocsin.records.setup.services.city.reading import read_city
from tocsin.records.setup.services.city.writing import CITY
from tocsin.records.versions.models import PolicyVersion
from tocsin.records.versions.services.versions import confirm_version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.jurisdiction.face import User

_TOLD = (ImportVerdict.WRONG, ImportVerdict.NEW, ImportVerdict.CHANGED)


@dataclass
class CityImported:
    """What was written or would be, line by line, and how many rows are wrong."""

    lines: list[str] = field(default_factory=list)
    wrong: int = 0


def import_city(
    *,
    actors: "Sequence[User]",
    second: "User | None",
    content: bytes,
    file_name: str,
    region_code: str,
    look: bool,
    now: datetime,
) -> CityImported:
    """Takes the right rows over, in the name of each actor in turn those that they may write; the policy of the file is
    confirmed by `second`, else it waits for whoever may confirm it. `look` tells the difference and writes nothing.
    """
    region = region_code or read_city(content).region
    told = CityImported()
    for actor in actors:
        made = give_file(actor=actor, kind=CITY.name, region_code=region, file_name=file_name, content=content, now=now)
        rows = rows_of(actor=actor, made=made, now=now)
        told.lines += [f"{actor}: {_line(row)}" for row in rows if row.verdict in _TOLD]
        told.wrong += sum(row.verdict is ImportVerdict.WRONG for row in rows)
        if look or not any(row.verdict in (ImportVerdict.NEW, ImportVerdict.CHANGED) for row in rows):
            drop_file(actor=actor, import_id=made.pk, now=now)
            continue
        made = take_file(actor=actor, import_id=made.pk, leave_wrong=True, at_once=True, now=now)
        if made.trouble:
            raise Conflict(_("Taking over stopped; what is written stays:") + f" {made.trouble}")
        if second is not None:
            written = made.rows.filter(written__isnull=False).values("written")
            for row in PolicyVersion.objects.filter(pk__in=written, effective_from=None).order_by("made_at", "pk"):
                confirm_version(actor=second, version_id=row.pk)
    return told


def _line(row: Row) -> str:
    section = row.cells.get("section", "")
    more = [f"{one.column}: {one.text}" for one in row.problems]
    more += [f"{one.column}: {one.before} → {one.after}" for one in row.changes]
    return " ".join(filter(None, (row.verdict.value, section, row.name, "; ".join(more))))
