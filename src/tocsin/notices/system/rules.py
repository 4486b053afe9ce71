"""What notices of the installation are for, and as what somebody is told."""

from typing import Final

INSTALLATION: Final = "installation"
ADMINISTRATOR: Final = "administrator"
BACKUP: Final = "backup"
"""Matter of the notice that none was taken in time; the others are of loops."""
