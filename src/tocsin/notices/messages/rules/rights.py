"""The permissions that notices ask for."""

from typing import Final

from tocsin.jurisdiction.rights.rules import Permission

SEE: Final[Permission] = "cases.see"
WORK: Final[Permission] = "orders.work"
KEEP: Final[Permission] = "duty.keep"
CHANNELS: Final[Permission] = "channels.manage"
