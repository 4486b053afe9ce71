"""The permissions that acts upon resources ask for."""

from typing import Final

from tocsin.jurisdiction.rights.rules import Permission

SEE: Final[Permission] = "resources.see"
KEEP: Final[Permission] = "resources.keep"
