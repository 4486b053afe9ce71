"""Readings as lines of JSON: posted to the HTTP door by gateways, each body in the log before its 202; and read from a file.

Eight gateways of ten channels a line post bodies just below the largest that the door takes, each on a connection of its own, one
after the other; door and bus are real, and the senders share their cores. A gateway here stands for hundreds: a version of policy
raises its quota first, and some seconds go by until the door has loaded what reads large bodies. The file has one reading a line
and goes into the history. pyarrow's reader of JSON, which only parses the same file, stands beside it.
"""

import asyncio
import base64
import os
import signal
import tempfile
import time
from pathlib import Path

from rich.console import Console

from tocsin.portal.catalogue import DEVICE_PROTOCOLS
from tocsin.workshop.bench.door import logged, processor_s, register, start
from tocsin.workshop.bench.ports import own_ports, wait_for_port

GATEWAYS, CHANNELS = 8, 4000
IN_A_LINE, BODY_BYTES = 10, 250_000
FILE_ROWS, QUICK_ROWS = 5_000_000, 500_000
STEP_MS = 1_000
WARM_UP_S = 5.0
ACCEPTED = b"HTTP/1.1 202"
QUOTA = "[quota]\nreadings_per_sensor_min = 60_000\n"
AIM = "aimed at: 3,000,000"


def run(console: Console, quick: bool) -> None:
    """Prints readings a second by both ways; RuntimeError where fewer arrived than were acknowledged."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        ports = own_ports()
        environment = {**os.environ, **ports, "TOCSIN_DATA": folder, "DATABASE_URL": "", "TOCSIN_LOG_LEVEL": "WARNING"}
        os.environ |= environment | {"DJANGO_SETTINGS_MODULE": "tocsin.portal.settings"}
        secrets = register(devices=GATEWAYS, sensors=CHANNELS)
        _raise_quota()
        [port] = [int(ports[one.variable]) for one in DEVICE_PROTOCOLS if one.name == "http"]
        processes = [start(code, dict(os.environ)) for code in ("bus.server", "sensing.doors.loops")]
        try:
            wait_for_port(port)
            bodies = {code: _body(time.time_ns() // 1_000_000) for code in secrets}
            asyncio.run(_post(secrets, port, bodies, WARM_UP_S))
            _post_all(console, secrets, port, processes[1].pid, 2.0 if quick else 8.0)
        finally:
            for process in reversed(processes):
                process.send_signal(signal.SIGTERM)
                process.wait(20)
        _import_file(console, Path(folder), QUICK_ROWS if quick else FILE_ROWS)


def _raise_quota() -> None:
    """Before the door starts: it reads policy in force then."""
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.records.versions.services.versions import NewVersion, keep_draft, put_in_force
    from tocsin.screens.clock import current_time

    row = keep_draft(actor=system_actor(), policy="sensing.devices", new=NewVersion(text=QUOTA))
    put_in_force(actor=None, row=row, effective_from=current_time())


def _post_all(console: Console, secrets: dict[str, str], port: int, door: int, seconds: float) -> None:
    bodies = {code: _body(time.time_ns() // 1_000_000) for code in secrets}
    before, _sensors = asyncio.run(logged())
    began, used = time.perf_counter(), processor_s(door)
    sent = asyncio.run(_post(secrets, port, bodies, seconds))
    took, used = time.perf_counter() - began, processor_s(door) - used
    kept, _sensors = asyncio.run(logged())
    if kept - before < sent:
        raise RuntimeError(f"{sent:,} readings were acknowledged, {kept - before:,} are in the log")
    console.print(
        f"HTTP door, lines of {IN_A_LINE} values: [bold]{sent / took:,.0f} readings/s[/bold] in the log before 202 ({AIM})"
    )
    console.print(f"           {sent / used:,.0f} readings per second of the door's processor")


async def _post(secrets: dict[str, str], port: int, bodies: dict[str, tuple[bytes, int]], seconds: float) -> int:
    """All gateways side by side, until then; how many readings were acknowledged."""
    limit = time.perf_counter() + seconds
    return sum(await asyncio.gather(*(_gateway(port, code, secrets[code], *bodies[code], limit) for code in secrets)))


def _body(now_ms: int) -> tuple[bytes, int]:
    """Lines up to the largest body, and how many readings they hold."""
    lines: list[str] = []
    size = 0
    while size < BODY_BYTES:
        first = 1 + len(lines) * IN_A_LINE % (CHANNELS - IN_A_LINE)
        values = ",".join(f'"m{first + k}":{(len(lines) * 7 + k) % 200 / 10}' for k in range(IN_A_LINE))
        lines.append(f'{{"ts":{now_ms},"values":{{{values}}}}}\n')
        size += len(lines[-1])
    return "".join(lines).encode(), len(lines) * IN_A_LINE


async def _gateway(port: int, code: str, secret: str, body: bytes, count: int, limit: float) -> int:
    """Body after body on one connection until that moment; how many readings were acknowledged."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    key = base64.b64encode(f"{code}:{secret}".encode()).decode()
    head = f"POST /v1/readings HTTP/1.1\r\nhost: x\r\nauthorization: Basic {key}\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    acknowledged = 0
    while time.perf_counter() < limit:
        writer.write(head + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        said = await reader.readexactly(int(length.split(b":")[1]))
        if not answer.startswith(ACCEPTED):
            raise RuntimeError(f"the door answered {answer[:40]!r} {said[:200]!r}")
        acknowledged += count
    writer.close()
    return acknowledged


def _import_file(console: Console, folder: Path, rows: int) -> None:
    import pyarrow.json

    from tocsin.engine.lines.names import Names
    from tocsin.engine.lines.rows import read_rows
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.sensing.doors.services.files import import_file

    read_rows(b"", Names.of({}))  # its machine code is there, as behind the first file of a version
    path = folder / "readings.ndjson"
    first_ms = time.time_ns() // 1_000_000 - 3_600_000
    with path.open("w") as file:
        for number in range(rows):
            ts = first_ms + number // CHANNELS * STEP_MS
            sensor, value = 1 + number % (CHANNELS - 1), number % 200 / 10
            file.write(f'{{"sensor":"bench-0/m{sensor}","ts":{ts},"value":{value}}}\n')
    began = time.perf_counter()
    pyarrow.json.read_json(path)
    parsed = time.perf_counter() - began
    began = time.perf_counter()
    report = import_file(actor=system_actor(), path=path)
    took = time.perf_counter() - began
    if report.accepted != rows:
        raise RuntimeError(f"{rows:,} rows, {report.accepted:,} accepted: {report.examples}")
    console.print(f"file of lines into the history: [bold]{rows / took:,.0f} readings/s[/bold] ({AIM})")
    console.print(f"           {rows / parsed:,.0f} by pyarrow.json, which parses the same lines and keeps nothing")
