"""The permissions that acts upon supplies ask for."""

from typing import Final

from tocsin.jurisdiction.rights.rules import Permission

SEE: Final[Permission] = "supplies.see"
RESERVE: Final[Permission] = "supplies.reserve"
KEEP: Final[Permission] = "supplies.keep"
LEAD: Final[Permission] = "supplies.lead"
REQUISITION: Final[Permission] = "supplies.requisition"
