"""A large sheet is packed a piece at a time: what openpyxl does in one step."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.writer.excel import ExcelWriter

if TYPE_CHECKING:
    from openpyxl import Workbook


def pack_sheet(archive: zipfile.ZipFile, sheet: Any, piece: int) -> Iterator[None]:
    """Ends a sheet that is only written, the first of its book, and puts it into the archive, so many bytes at a time."""
    sheet.close()
    with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as into, Path(sheet._writer.out).open("rb") as written:
        while content := written.read(piece):
            into.write(content)
            yield


class _Rest(ExcelWriter):
    """The rest of a book, one sheet of which is in the archive already."""

    packed: Any = None

    def write_worksheet(self, ws: Any) -> None:
        """As openpyxl, but for the bytes of that sheet."""
        if ws is not self.packed:
            super().write_worksheet(ws)
            return
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        ws._rels = ws._writer._rels
        self.manifest.append(ws)
        ws._writer.cleanup()


def write_rest(archive: zipfile.ZipFile, book: "Workbook", packed: Any) -> None:
    """Everything of the book but the sheet that is packed."""
    rest = _Rest(book, archive)
    rest.packed = packed
    rest.write_data()
