"""Files given as a person does, judged and taken over."""

from datetime import datetime

from tocsin.base.datums import Datum
from tocsin.jurisdiction.people.models import User
from tocsin.records.imports.models import TableImport
from tocsin.records.imports.rules import Row
from tocsin.records.imports.services.giving import give_file
from tocsin.records.imports.services.judging import rows_of
from tocsin.records.imports.services.taking import take_file


def given(
    by: User, kind: str, text: str | bytes, *, region: str, now: datetime, name: str = "rows.csv", datum: Datum = Datum.CGCS2000
) -> TableImport:
    content = text.encode() if isinstance(text, str) else text
    return give_file(actor=by, kind=kind, region_code=region, file_name=name, content=content, datum=datum, now=now)


def judged_now(made: TableImport, now: datetime) -> list[Row]:
    made.refresh_from_db()
    return rows_of(actor=made.by, made=made, now=now)


def taken(made: TableImport, now: datetime, *, leave_wrong: bool = False) -> TableImport:
    return take_file(actor=made.by, import_id=made.pk, leave_wrong=leave_wrong, now=now)
