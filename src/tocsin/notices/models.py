"""The tables of notices, as Django looks for them; each lies in its subject."""

from tocsin.notices.channels import models as channels
from tocsin.notices.messages import models as messages
from tocsin.notices.rosters import models as rosters

__all__ = ["channels", "messages", "rosters"]
