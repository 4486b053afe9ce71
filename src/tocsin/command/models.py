"""The tables of command, as Django looks for them; each lies in its subject."""

from tocsin.command.casebook import models as casebook
from tocsin.command.drills import models as drills
from tocsin.command.duty import models as duty
from tocsin.command.gathering import models as gathering
from tocsin.command.guidance import models as guidance
from tocsin.command.orders import models as orders
from tocsin.command.plans import models as plans
from tocsin.command.quality import models as quality
from tocsin.command.reports import models as reports
from tocsin.command.shifts import models as shifts
from tocsin.command.urging import models as urging

__all__ = ["casebook", "drills", "duty", "gathering", "guidance", "orders", "plans", "quality", "reports", "shifts", "urging"]
