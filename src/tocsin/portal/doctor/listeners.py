"""Who listens on a port of this machine, as the kernel's tables tell it."""

import socket
import struct
from dataclasses import dataclass
from pathlib import Path

from tocsin.portal.doctor.words import told as _

_LISTEN = "0A"  # the state of a listening socket in /proc/net/tcp
PROC = Path("/proc")


@dataclass(frozen=True)
class Holder:
    """The process behind a port; without number where it belongs to somebody else, whose files we may not see."""

    pid: int | None
    name: str
    is_tocsin: bool = False

    def __str__(self) -> str:
        return (
            _("%(name)s (process %(number)s)", name=self.name, number=self.pid)
            if self.pid
            else _("a process of another user (root sees which)")
        )


def is_taken(host: str, port: int) -> bool:
    """Whether nobody could listen there now. OSError where this machine has no such address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in (98, 48):  # EADDRINUSE of Linux, of macOS
                return True
            raise
    return False


def holder_of(port: int, proc: Path = PROC) -> Holder | None:
    """The process that listens on this port, on whichever address; None where the kernel names none."""
    inodes = {inode for table in ("tcp", "tcp6") for inode in _listening(proc / "net" / table, port)}
    if not inodes:
        return None
    links = {f"socket:[{inode}]" for inode in inodes}
    for folder in proc.iterdir():
        if folder.name.isdigit() and _has_one(folder / "fd", links):
            return Holder(int(folder.name), _name(folder), _is_tocsin(folder))
    return Holder(None, "")


def _listening(table: Path, port: int) -> list[str]:
    """Inodes of the sockets that listen on the port: the columns `local_address`, `st` and `inode` of proc(5)."""
    try:
        rows = [line.split() for line in table.read_text().splitlines()[1:]]
    except OSError:  # no such table: not Linux, or no IPv6
        return []
    wanted = struct.pack("!H", port).hex().upper()
    return [row[9] for row in rows if row[3] == _LISTEN and row[1].rpartition(":")[2] == wanted]


def _has_one(folder: Path, links: set[str]) -> bool:
    try:
        files = list(folder.iterdir())
    except OSError:  # somebody else's, or ended meanwhile
        return False
    for file in files:
        try:
            if str(file.readlink()) in links:
                return True
        except OSError:  # closed meanwhile
            continue
    return False


def _name(folder: Path) -> str:
    try:
        return (folder / "comm").read_text().strip()
    except OSError:
        return "a process that has just ended"


def _is_tocsin(folder: Path) -> bool:
    try:
        command = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
    except OSError:
        return False
    return b"tocsin" in command or _name(folder).startswith("tocsin")
