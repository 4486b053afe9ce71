"""Words that precision keeps."""

from collections.abc import Iterable
from typing import Final

MUTED: Final = "recogniser_muted"
"""Purpose of notices that a kind is muted at a camera."""


OWNER: Final = "recogniser_owner"
"""As what somebody is told of it."""


def mask_text(cells: Iterable[tuple[int, int]]) -> str:
    """Cells as one word, in their order.

    >>> mask_text({(7, 1), (0, 3)})
    '0,3 7,1'
    """
    return " ".join(f"{column},{row}" for column, row in sorted(cells))
