"""Tables that people keep in Excel, as texts."""

from datetime import date, datetime, time
from io import BytesIO
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from tocsin.base.errors import InvalidInput

SIGNATURE: Final = b"PK\x03\x04"
OLD_SIGNATURE: Final = b"\xd0\xcf\x11\xe0"
_UNPACKED: Final = 40  # times the packed size; a sheet of texts packs to a fifth
_LEAST_UNPACKED: Final = 8_000_000
_MOST_UNPACKED: Final = 200_000_000


def is_workbook(content: bytes) -> bool:
    """Does it begin like an Excel file of either kind?"""
    return content.startswith((SIGNATURE, OLD_SIGNATURE))


def read_sheet(content: bytes, *, most_rows: int, most_columns: int = 100) -> list[list[str]]:
    """All rows of a workbook's first sheet as stripped texts, as a CSV would hold them; empty rows stay, so that numbers fit.

    Formulas give the value that was last shown. Whole numbers lose their ".0", moments are ISO 8601. InvalidInput for the old
    format, for what is no workbook, for one that unpacks to far more than it is, and for more rows.
    """
    if content.startswith(OLD_SIGNATURE):
        raise InvalidInput("this is the old Excel format: save it as .xlsx or CSV")
    try:
        with ZipFile(BytesIO(content)) as parts:
            unpacked = sum(one.file_size for one in parts.infolist())
        if unpacked > min(_MOST_UNPACKED, max(_LEAST_UNPACKED, _UNPACKED * len(content))):
            raise InvalidInput("the file unpacks to far more than its size")
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError) as error:  # an XML ParseError is a SyntaxError
        raise InvalidInput("the file can't be read as a workbook: %(why)s", why=error) from None
    try:
        if not book.worksheets:
            raise InvalidInput("the workbook has no sheet")
        rows: list[list[str]] = []
        for row in book.worksheets[0].iter_rows(max_col=most_columns, values_only=True):
            if len(rows) > most_rows:
                raise InvalidInput("the sheet has more than %(most)s rows", most=most_rows)
            rows.append([_text(cell) for cell in row])
    except (KeyError, ValueError, SyntaxError) as error:
        raise InvalidInput("the sheet can't be read: %(why)s", why=error) from None
    finally:
        book.close()
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _text(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() | date() | time():
            return cell.isoformat()
        case _:
            return str(cell).strip()
