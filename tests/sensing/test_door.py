"""Real devices (paho-mqtt, httpx) at a real door with a real bus behind it."""

import asyncio
import json
import queue
import ssl
import subprocess
import threading
import time
from pathlib import Path

import httpx
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.sensing.running import RunningDoor, StartDoor
from tocsin.bus.connection import connect
from tocsin.bus.envelope import decode_readings
from tocsin.bus.streams import READINGS

V311, V5 = MQTTProtocolVersion.MQTTv311, MQTTProtocolVersion.MQTTv5


class Device:
    """A paho client that notes which publishes were acknowledged."""

    def __init__(
        self, door: RunningDoor, version: MQTTProtocolVersion, code: str = "well-1", tls: ssl.SSLContext | None = None
    ) -> None:
        self._code = code
        self.acknowledged: list[int] = []
        self.disconnected = threading.Event()
        self.connected: queue.Queue[int] = queue.Queue()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"test-{code}", protocol=version)
        self.client.username_pw_set(code, door.secrets[code])
        self.client.max_queued_messages_set(0)
        self.client.reconnect_delay_set(1, 1)
        if tls is not None:
            self.client.tls_set_context(tls)
        self.client.on_publish = lambda *values: self.acknowledged.append(values[2])
        self.client.on_connect = lambda *values: self.connected.put(values[3].value)
        self.client.on_disconnect = lambda *values: self.disconnected.set()
        self.client.connect("localhost", door.mqtt_port, keepalive=20)
        self.client.loop_start()
        assert self.connected.get(timeout=60) == 0

    def publish(self, value: float, *, qos: int, topic: str = "") -> mqtt.MQTTMessageInfo:
        return self.client.publish(topic or f"tocsin/{self._code}/readings", json.dumps({"values": {"methane": value}}), qos=qos)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


def logged_values(count: int, sensor: int = 0, patience_s: float = 60) -> list[float]:
    """The first `count` values of a sensor in the log, or fewer when no more come."""

    async def read() -> list[float]:
        values: list[float] = []
        async with await connect() as connection:
            try:
                async with asyncio.timeout(patience_s):
                    async for entries in connection.read_log(READINGS, 1):
                        for _, payload in entries:
                            readings = decode_readings(payload)
                            values.extend(readings.value[readings.sensor == sensor].tolist())
                        if len(values) >= count:
                            break
            except TimeoutError:
                pass
        return values

    return asyncio.run(read())


@pytest.mark.parametrize(("version", "code", "sensor"), [(V311, "well-1", 0), (V5, "well-2", 1)], ids=["3.1.1", "5"])
def test_paho_publishes(door: RunningDoor, version: MQTTProtocolVersion, code: str, sensor: int) -> None:
    device = Device(door, version, code)
    for number in range(20):
        device.publish(number, qos=number % 2).wait_for_publish(60)
    device.publish(99, qos=1, topic="tocsin/well-3/readings").wait_for_publish(60)
    assert sorted(logged_values(20, sensor)) == list(range(20))
    assert door.quarantine(code) == {"foreign_topic": 1}
    door.revoke(code)
    assert device.disconnected.wait(60), "a revoked device is cut off"
    device.close()


def test_tls_with_a_generated_certificate(start_door: StartDoor, tmp_path: Path) -> None:
    certificate, key = tmp_path / "door.pem", tmp_path / "door.key"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout",
            str(key),
            "-out",
            str(certificate),
        ],
        check=True,
        capture_output=True,
    )
    door = start_door(TOCSIN_MQTT_TLS_CERTIFICATE=str(certificate), TOCSIN_MQTT_TLS_KEY=str(key))
    device = Device(door, V5, tls=ssl.create_default_context(cafile=str(certificate)))
    for number in range(50):
        info = device.publish(number, qos=1)
    info.wait_for_publish(60)
    assert sorted(logged_values(50)) == list(range(50))
    device.close()


def test_nothing_acknowledged_is_lost_when_the_log_is_killed(door: RunningDoor) -> None:
    device = Device(door, V311, "well-4")
    sent: dict[int, float] = {}
    for number in range(3000):
        sent[device.publish(number, qos=1).mid] = number
        if number in (700, 1900):
            door.bus.kill_server()
        time.sleep(0.001)
    limit = time.monotonic() + 60
    while len(device.acknowledged) < 3000 and time.monotonic() < limit:
        time.sleep(0.1)
    device.close()
    acknowledged = {sent[mid] for mid in device.acknowledged}
    assert len(acknowledged) == 3000, "everything is acknowledged in the end"
    assert acknowledged <= set(logged_values(3000, 3))


def test_http(door: RunningDoor) -> None:
    url = f"http://127.0.0.1:{door.http_port}/v1/readings"
    auth = ("well-3", door.secrets["well-3"])

    def post(content: bytes, auth: tuple[str, str] | None = auth) -> httpx.Response:
        return httpx.post(url, content=content, auth=auth, timeout=30)

    one = b'{"values": {"methane": 1}}'
    assert post(one).json() == {"accepted": 1, "quarantined": [], "quarantined_count": 0}
    assert post(b"[" + one + b"," + one + b"]").json()["accepted"] == 2
    answer = post(one + b"\n" + one + b'\n{"values": {"methane": "x", "wind": 1}}\n')
    assert answer.status_code == 202
    assert answer.json()["accepted"] == 2
    assert [fault["reason"] for fault in answer.json()["quarantined"]] == ["value_unreadable", "unknown_channel"]
    assert logged_values(5, 2) == [1.0] * 5

    assert post(b"hello").status_code == 400
    assert post(b"").status_code == 400
    assert post(one, auth=None).status_code == 401
    assert post(one, auth=("well-3", "wrong")).status_code == 401
    assert post(one, auth=("well-4", door.secrets["well-3"])).status_code == 401
    assert post(b" " * 300_000).status_code == 413
    assert httpx.get(url, auth=auth).status_code == 405
    assert httpx.post(url.replace("/v1/", "/v2/"), auth=auth).status_code == 404


def test_a_device_enrols_with_a_key_and_is_heard(door: RunningDoor) -> None:
    text = door.key(like="well-1")
    address = f"http://127.0.0.1:{door.http_port}"
    body = {"key": text, "code": "new-1", "lon": 120.4, "lat": 36.2}
    answer = httpx.post(f"{address}/v1/enrol", json=body, timeout=60)
    assert answer.status_code == 201, answer.text
    sent = httpx.post(
        f"{address}/v1/readings", json={"values": {"methane": 12.5}}, auth=("new-1", answer.json()["secret"]), timeout=60
    )
    assert sent.json()["accepted"] == 1
    assert httpx.get(f"{address}/v1/enrol", timeout=60).status_code == 405
    assert httpx.post(f"{address}/v1/enrol", content=b"x" * 13_000, timeout=60).status_code == 413
    assert httpx.post(f"{address}/v1/enrol", json=body | {"key": "0" * 48}, timeout=60).status_code == 401


def test_taken_ports_are_named(door: RunningDoor) -> None:
    second = subprocess.run(
        [door.process.args[0], "-c", door.process.args[2]],  # type: ignore[index]  # a list of three
        env={**door.environment, "TOCSIN_DOOR_HTTP_PORT": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert second.returncode != 0
    assert f"the MQTT door can't open 127.0.0.1:{door.mqtt_port}" in second.stderr
    assert "TOCSIN_MQTT_PORT" in second.stderr
