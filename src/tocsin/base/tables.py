"""Tables as text for spreadsheets."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV with a byte order mark, so that spreadsheets read Chinese; no cell can become a formula.

    >>> csv_text(["name", "number"], [["Li", "+86 532"]]).splitlines()[1]
    "Li,'+86 532"
    """
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row] for row in rows)
    return "\ufeff" + text.getvalue()
