"""Who is on the other side of a connection on this machine: the kernel's own table of connections says it (proc_pid_net(5)).

While our server is down anybody on the machine may take its port. A secret or a challenge would prove us to him, not him to us:
he would swallow what is published and acknowledge it. So before a word is said, the other end must belong to the owner of the
data folder. Elsewhere than on Linux there is no such table, and nothing is checked.
"""

import asyncio
import socket
import sys
from pathlib import Path

TABLE = Path("/proc/net/tcp")
PATIENCE_S = 1.0  # until a server that is busy has taken the connection
_UID, _INODE = 7, 9  # columns; a connection that nobody has taken yet has no inode


async def require_peer(*, own: tuple[str, int], other: tuple[str, int], uid: int) -> None:
    """Returns where the other end of this connection is held by a process of that user; ConnectionRefusedError otherwise."""
    if sys.platform != "linux":
        return
    limit = asyncio.get_running_loop().time() + PATIENCE_S
    while (holder := holder_of(TABLE.read_text(), local=other, remote=own)) is None:
        if asyncio.get_running_loop().time() > limit:
            raise ConnectionRefusedError(f"nobody can be told to hold {other[0]}:{other[1]}: nothing is said to it")
        await asyncio.sleep(0.01)
    if holder != uid:
        raise ConnectionRefusedError(
            f"{other[0]}:{other[1]} is held by user {holder}, not by {uid}, who owns the data folder: nothing is said to it"
        )


def holder_of(table: str, *, local: tuple[str, int], remote: tuple[str, int]) -> int | None:
    """The user whose process holds the `local` end of an IPv4 connection; None where no process has taken it.

    >>> row = "   7: 0100007F:1092 0100007F:D3C4 01 00000000:00000000 00:00000000 00000000   998        0 4711 1"
    >>> holder_of(row, local=("127.0.0.1", 4242), remote=("127.0.0.1", 54212))
    998
    """
    wanted = [_hexadecimal(local), _hexadecimal(remote)]
    for line in table.splitlines():
        columns = line.split()
        if columns[1:3] == wanted and columns[_INODE] != "0":
            return int(columns[_UID])
    return None


def _hexadecimal(end: tuple[str, int]) -> str:
    """As the kernel prints it: the address as a number of the machine's own byte order."""
    return f"{int.from_bytes(socket.inet_aton(end[0]), sys.byteorder):08X}:{end[1]:04X}"
