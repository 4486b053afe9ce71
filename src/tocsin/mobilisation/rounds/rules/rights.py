"""The permission of whoever knocks on doors."""

from typing import Final

from tocsin.jurisdiction.rights.rules import Permission

KNOCK: Final[Permission] = "warnings.knock"
