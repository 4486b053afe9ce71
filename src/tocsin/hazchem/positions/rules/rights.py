"""The permissions that positions ask for."""

from typing import Final

from tocsin.jurisdiction.rights.rules import Permission

OWN: Final[Permission] = "firm.work"  # the firm's own people: everything
COMMAND: Final[tuple[Permission, ...]] = ("presence.see", "cases.handle")  # both, while an incident at the firm is open
