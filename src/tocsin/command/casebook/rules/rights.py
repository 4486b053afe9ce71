"""The permissions that acts upon cases ask for."""

from typing import Final

from tocsin.jurisdiction.rights.rules import Permission

SEE: Final[Permission] = "cases.see"
HANDLE: Final[Permission] = "cases.handle"
LEAD: Final[Permission] = "cases.lead"
INSPECT: Final[Permission] = "inspections.work"  # cases of firms, to read
WORK: Final[Permission] = "orders.work"
KEEP: Final[Permission] = "duty.keep"
PLANS: Final[Permission] = "plans.edit"
DRILLS: Final[Permission] = "drills.run"
CHANNELS: Final[Permission] = "channels.manage"
