"""As little HTTP as an attacker needs: one request on one connection, read to its end."""

import asyncio
from collections.abc import AsyncIterator, Mapping

from tocsin.workshop.bench.siege.town import demand_loopback

LONGEST_ANSWER = 64 * 1024 * 1024


async def ask(
    host: str,
    port: int,
    path: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
    *,
    patience_s: float = 60.0,
) -> tuple[int, int]:
    """Status and length of the answer; 0 where the connection was refused or cut, -1 where none came in time."""
    try:
        async with asyncio.timeout(patience_s):
            reader, writer = await asyncio.open_connection(demand_loopback(host), port)
            try:
                writer.write(_head(host, path, headers, body) + (body or b""))
                status, length = await _status(reader), 0
                while part := await reader.read(65_536):
                    length += len(part)
                    if length > LONGEST_ANSWER:
                        break
                return status, length
            finally:
                writer.close()
    except TimeoutError:
        return -1, 0
    except (OSError, asyncio.IncompleteReadError):
        return 0, 0


async def lines_of(host: str, port: int, path: str, headers: Mapping[str, str]) -> AsyncIterator[str]:
    """The lines of a stream as they come; OSError where the answer is not 200."""
    reader, writer = await asyncio.open_connection(demand_loopback(host), port, limit=4 * 1024 * 1024)
    try:
        writer.write(_head(host, path, headers, None))
        status = await _status(reader)
        if status != 200:
            raise ConnectionRefusedError(f"the stream is answered with {status}")
        while line := await reader.readline():
            yield line.decode(errors="replace").rstrip("\r\n")
    finally:
        writer.close()


def _head(host: str, path: str, headers: Mapping[str, str], body: bytes | None) -> bytes:
    lines = [f"{'GET' if body is None else 'POST'} {path} HTTP/1.1", f"Host: {host}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def _status(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1])
