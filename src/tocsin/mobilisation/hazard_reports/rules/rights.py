"""The permissions that reports by the public ask for."""

from typing import Final

from tocsin.jurisdiction.rights.rules import Permission

SEE: Final[Permission] = "hazards.see"  # the queue and every report in it, never who reported
HANDLE: Final[Permission] = "hazards.handle"  # take in, accept, refuse, transfer, assign, answer, close
CHECK: Final[Permission] = "inspections.work"  # a report that one is assigned to check
KEEP: Final[Permission] = "identity.keep"  # one of the two officers who only together open who reported
WATCH: Final[Permission] = "secrecy.watch"  # is told of every opening
