"""The permission to set channels up."""

from typing import Final

from tocsin.jurisdiction.rights.rules import Permission

MANAGE: Final[Permission] = "channels.manage"
