"""Whether what is entered on site was entered at its place: by the code of a label or sign that was scanned there."""

from datetime import datetime

from tocsin.base.errors import InvalidInput
from tocsin.hazchem.installations.queries.places import ExpectedPlace, name_of_place, scanned_place, stands_at


def prove_place(
    expected: ExpectedPlace, code: str, at: datetime, *, demanded: bool = False, anywhere: bool = False
) -> bool | None:
    """Whether the code, scanned at that time, is that of the place; None where none was scanned.

    InvalidInput for a wrong one, and where one is `demanded` and none was scanned. `anywhere`: a wrong one holds nothing up.
    """
    if not code:
        if demanded:
            raise InvalidInput(
                "Nothing was entered: scan the code at %(expected)s first, and enter it again.", expected=expected.name
            )
        return None
    scanned = scanned_place(code, at)
    right = stands_at(expected, scanned)
    if right or anywhere:
        return right
    raise InvalidInput(
        "Scanned: %(read)s. Expected: %(expected)s. Nothing was entered: scan the code at the place of the work.",
        read=name_of_place(expected, scanned),
        expected=expected.name,
    )
