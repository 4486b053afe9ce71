"""The permissions that acts upon supervised objects ask for."""

from typing import Final

from tocsin.jurisdiction.rights.rules import Permission

SEE: Final[Permission] = "supervision.see"
MANAGE: Final[Permission] = "supervision.manage"  # the register, platforms, meters, connectors
SEND: Final[Permission] = "evidence.send"  # records of a platform, by a token that is bound to it
INSPECT: Final[Permission] = "inspections.work"
LEAD: Final[Permission] = "supervision.lead"  # orders, resumptions, extensions, appeals, draws
PRESENCE: Final[Permission] = "presence.see"  # who is on post: personal data
OWN: Final[Permission] = "firm.work"  # what a firm's own people do for their firm
EDIT_POLICY: Final[Permission] = "policy.edit"  # versions of the points policy
