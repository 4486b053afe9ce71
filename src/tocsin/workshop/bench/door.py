"""How fast the MQTT door is: one JSON reading a publish, each in the log before its PUBACK, door and bus real.

`tocsin bench door` starts a bus and a door on a folder of its own, and one sender process that keeps
a window of publishes open on a few connections. On two cores sender and bus take their part of the machine, so the figure of
the door's own processor time is printed beside the rate. Then the same senders publish to others (`door_peers`).
"""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from rich.console import Console

from tocsin.portal.catalogue import DEVICE_PROTOCOLS
from tocsin.workshop.bench.door_peers import node_red_rate, paho_rate
from tocsin.workshop.bench.ports import free_port, wait_for_port

CONNECTIONS = 8
WINDOW = 4000  # publishes of one connection that wait for their PUBACK
PUBACK_BYTES = 4
SENSORS = 4000  # of each sender, a gateway: so many give it a quota beyond what it can send (`[quota]` of `sensing.devices`)


def run(console: Console, quick: bool) -> None:
    """Measures and prints; RuntimeError where the log holds fewer readings than were acknowledged."""
    seconds = 2.0 if quick else 8.0
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        port = free_port()
        environment = {
            **os.environ,
            **{one.variable: str(free_port()) for one in DEVICE_PROTOCOLS},
            "TOCSIN_MQTT_PORT": str(port),
        }
        environment |= {"TOCSIN_DATA": folder, "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "tocsin.portal.settings"}
        os.environ |= environment
        secrets = register(devices=CONNECTIONS, sensors=SENSORS)
        processes = [start(code, environment) for code in ("bus.server", "sensing.doors.loops")]
        try:
            wait_for_port(port)
            pid = processes[1].pid
            began, used = time.perf_counter(), processor_s(pid)
            sent = asyncio.run(_send(secrets, port, began + seconds))
            took, used = time.perf_counter() - began, processor_s(pid) - used
            kept, distinct = asyncio.run(logged())
            if kept < sent:
                raise RuntimeError(f"{sent} publishes were acknowledged, {kept} readings are in the log")
            console.print(f"MQTT door: {sent / took:,.0f} readings/s in the log before their PUBACK")
            console.print(f"           {kept:,} in the log, {distinct} sensors, {sent:,} acknowledged in {took:.1f} s")
            console.print(f"           {sent / used:,.0f} readings per second of the door's processor")
        finally:
            for process in reversed(processes):
                process.send_signal(signal.SIGTERM)
                process.wait(20)
    for name, rate in (("paho subscriber", paho_rate), ("Node-RED flow", node_red_rate)):
        found = rate(partial(_send, secrets), seconds)
        if found is None:
            console.print(f"{name} behind mosquitto: left out, since it is not installed")
        else:
            told = f"{found:,.0f} messages/s read and thrown away; the door does {sent / took / found:.1f} times as many"
            console.print(f"{name} behind mosquitto: {told}")


async def _send(secrets: dict[str, str], port: int, limit: float) -> int:
    """All connections at once until that moment; how many publishes were acknowledged."""
    return sum(await asyncio.gather(*(_device(port, code, secret, limit) for code, secret in secrets.items())))


async def logged() -> tuple[int, int]:
    """Good readings in the log, and their sensors. PUBACKs alone prove nothing: messages in quarantine get them too."""
    from tocsin.bus.connection import connect
    from tocsin.bus.envelope import decode_readings
    from tocsin.bus.streams import READINGS

    count, sensors = 0, set[int]()
    async with await connect() as connection:
        last = (await connection.sequences(READINGS))[1]
        async for entries in connection.read_log(READINGS, 1):
            for _, payload in entries:
                readings = decode_readings(payload)
                count += int((readings.quality == 0).sum())
                sensors.update(readings.sensor.tolist())
            if entries[-1][0] >= last:
                break
    return count, len(sensors)


async def _device(port: int, code: str, secret: str, limit: float) -> int:
    """One connection that always has a window of publishes open; how many were acknowledged."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    fields = b"".join(len(text).to_bytes(2) + text for text in (code.encode(), code.encode(), secret.encode()))
    body = b"\x00\x04MQTT\x04\xc2\x00\x00" + fields
    writer.write(bytes((0x10, len(body))) + body)
    if (await reader.readexactly(4))[3]:
        raise RuntimeError("the door refused the bench's device")
    half = _publishes(code, WINDOW // 2)
    writer.write(half + half)
    acknowledged = 0
    while time.perf_counter() < limit:
        await reader.readexactly(PUBACK_BYTES * (WINDOW // 2))
        acknowledged += WINDOW // 2
        writer.write(half)
    writer.close()
    return acknowledged


def _publishes(code: str, count: int) -> bytes:
    topic = f"tocsin/{code}/readings".encode()
    packets = []
    for number in range(count):
        payload = b'{"ts": %d, "values": {"methane": %.1f}}' % (time.time_ns() // 1_000_000, number % 50 / 2)
        body = len(topic).to_bytes(2) + topic + (number + 1).to_bytes(2) + payload
        packets.append(bytes((0x32, len(body))) + body)
    return b"".join(packets)


def register(*, devices: int, sensors: int) -> dict[str, str]:
    """An empty database with so many gateways and sensors of each; their secrets. Sets Django up for this process."""
    import django

    django.setup()

    from tocsin.jurisdiction.areas.services import ensure_regions
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.portal.tables import bring_tables_up_to_date
    from tocsin.sensing.devices.rules import NewDevice, NewSensor
    from tocsin.sensing.devices.services.registering import register_many

    bring_tables_up_to_date()
    ensure_regions()
    codes = [f"bench-{number}" for number in range(devices)]
    return register_many(
        actor=system_actor(),
        devices=[NewDevice(code=code, region_code="370213") for code in codes],
        sensors=[
            NewSensor(device_code=code, channel=channel, quantity="methane", lon=120.4, lat=36.2)
            for code in codes
            for channel in ("methane", *(f"m{number}" for number in range(1, sensors)))
        ],
    )


def start(module: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """A process of Tocsin without a supervisor: the `run` of that module."""
    code = f"import django; django.setup(); from tocsin.{module} import run; run()"
    return subprocess.Popen([sys.executable, "-c", code], env=environment)  # noqa: S603 - our own code


def processor_s(pid: int) -> float:
    """Seconds of the processor that a process has used (proc_pid_stat(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
