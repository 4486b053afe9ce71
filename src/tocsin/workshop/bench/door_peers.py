"""What others do with the same publishes: a paho subscriber and a Node-RED flow behind mosquitto, which keep nothing.

Both read each message as JSON and count it. mosquitto acknowledges a publish when it has it in memory; nothing is written to disk
and nothing is checked, neither device nor channel, time nor unit. What is counted is what has come out at the other end by the
time the senders stop. Each is left out, by name, where its program is not installed (Debian: mosquitto; npm: node-red).
"""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tocsin.workshop.bench.ports import free_port, wait_for_port

type Send = Callable[[int, float], Awaitable[int]]
"""Publishes to a port for so many seconds; returns how many were acknowledged."""

MOSQUITTO = """\
listener {port} 127.0.0.1
allow_anonymous true
persistence false
max_inflight_messages 0
max_queued_messages 0
log_type error
"""
PAHO = """
import json, sys, time
import paho.mqtt.client as mqtt
count = 0
def connected(client, *_):
    client.subscribe("tocsin/#", qos=1)
def received(client, _, message):
    global count
    json.loads(message.payload)["values"]
    count += 1
    if count % 1000 == 0:
        open(sys.argv[2], "w").write(str(count))
client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
client.on_connect, client.on_message = connected, received
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_forever()
"""
COUNT = """
const count = (context.get("count") || 0) + 1;
context.set("count", count);
if (msg.payload.values && count % 1000 === 0) fs.writeFileSync(env.get("TOCSIN_COUNTED"), String(count));
return null;
"""


def paho_rate(send: Send, seconds: float) -> float | None:
    """Messages a second; None where mosquitto or paho is missing."""
    if shutil.which("mosquitto", path=_path()) is None or not _has_paho():
        return None
    with tempfile.TemporaryDirectory(prefix="tocsin-peer-") as folder, _mosquitto(Path(folder)) as port:
        counted = Path(folder) / "counted"
        with _running([sys.executable, "-c", PAHO, str(port), str(counted)], {}):
            time.sleep(2)
            return _rate(send, port, counted, seconds)


def node_red_rate(send: Send, seconds: float) -> float | None:
    """Messages a second; None where mosquitto or Node-RED is missing."""
    program = shutil.which("node-red")
    if program is None or shutil.which("mosquitto", path=_path()) is None:
        return None
    with tempfile.TemporaryDirectory(prefix="tocsin-peer-") as name, _mosquitto(Path(name)) as port:
        folder, page, counted = Path(name), free_port(), Path(name) / "counted"
        (folder / "flows.json").write_text(json.dumps(_flow(port)))
        settings = 'module.exports = { functionExternalModules: true, logging: { console: { level: "error" } } };'
        (folder / "settings.js").write_text(settings)
        command = [program, "--userDir", name, "--settings", str(folder / "settings.js"), "--port", str(page), "flows.json"]
        with _running(command, {"TOCSIN_COUNTED": str(counted)}):
            wait_for_port(page)
            time.sleep(3)  # its flow begins after its page
            return _rate(send, port, counted, seconds)


def _flow(port: int) -> list[dict[str, object]]:
    """mqtt in, read as JSON, then a function that counts."""
    broker = {"type": "mqtt-broker", "broker": "127.0.0.1", "port": str(port), "clientid": "node-red", "autoConnect": True}
    reading = {"type": "mqtt in", "topic": "tocsin/#", "qos": "1", "datatype": "json", "broker": "broker", "wires": [["count"]]}
    counting = {"type": "function", "func": COUNT, "outputs": 1, "libs": [{"var": "fs", "module": "fs"}], "wires": [[]]}
    return [
        {"id": "tab", "type": "tab", "label": "count"},
        {"id": "broker", **broker},
        {"id": "in", "z": "tab", **reading},
        {"id": "count", "z": "tab", **counting},
    ]


def _rate(send: Send, port: int, counted: Path, seconds: float) -> float:
    began = time.perf_counter()
    asyncio.run(_send(send, port, seconds))
    took = time.perf_counter() - began
    if not counted.exists():
        raise RuntimeError("the peer has counted nothing: its flow did not begin")
    return int(counted.read_text() or 0) / took


async def _send(send: Send, port: int, seconds: float) -> None:
    await send(port, time.perf_counter() + seconds)


@contextmanager
def _mosquitto(folder: Path) -> Iterator[int]:
    port = free_port()
    configuration = folder / "mosquitto.conf"
    configuration.write_text(MOSQUITTO.format(port=port))
    program = shutil.which("mosquitto", path=_path())
    with _running([str(program), "-c", str(configuration)], {}):
        wait_for_port(port)
        yield port


@contextmanager
def _running(command: list[str], more: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(command, env={**os.environ, **more}, stdout=subprocess.DEVNULL)  # noqa: S603 - programs of this bench
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _path() -> str:
    return os.environ.get("PATH", "") + ":/usr/sbin"  # where Debian puts it


def _has_paho() -> bool:
    try:
        import paho.mqtt.client  # noqa: F401
    except ImportError:
        return False
    return True
