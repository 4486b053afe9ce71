"""The permissions that volunteers ask for."""

from typing import Final

from tocsin.jurisdiction.rights.rules import Permission

SEE: Final[Permission] = "volunteers.see"
CALL: Final[Permission] = "volunteers.call"
MANAGE: Final[Permission] = "volunteers.manage"
HELP: Final[Permission] = "volunteers.help"
