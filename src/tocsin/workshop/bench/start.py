"""From `tocsin up` to its first page, to a device that is let in, and to its first alarm: on a new data folder, and on one that
has run before, whose kernels are compiled.
"""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from rich.console import Console

from tocsin.workshop.bench.ports import own_ports

AIM_ALARM_S, AIM_PAGE_S = 10.0, 5.0
LONGEST_S = 120.0
ROUNDS = 3
TOCSIN = (sys.executable, "-m", "tocsin.portal.cli")
PLACE = ("--region", "370213", "--lon", "120.4312", "--lat", "36.1625", "--name")
PERSON = """
from django.utils import timezone
from tocsin.jurisdiction.people.services import accounts, grants, tokens
from tocsin.jurisdiction.people.services.system import system_actor
user, _password = accounts.create_person(actor=system_actor(), username="bench", name="Bench")
grants.grant_role(actor=system_actor(), user=user, role="duty_officer", region_code="370213")
accounts.set_password(user=user, password="a long enough password")
print("TOKEN", tokens.create_token(user=user, name="bench", scopes=("alarms.see",), now=timezone.now())[1])
"""


@dataclass(frozen=True)
class Started:
    """Seconds from the command to the first page, to the first acknowledged reading, and to the alarm it rings."""

    page_s: float
    reading_s: float
    alarm_s: float


def run(console: Console, quick: bool) -> None:
    """Prints each start. Raises where an alarm does not ring within two minutes."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "TOCSIN_DATA": folder, "TOCSIN_LOG_LEVEL": "ERROR", "TOCSIN_SECOND_STEP": "offered"}
        environment.pop("DATABASE_URL", None)
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        environment |= own_ports()
        _call(environment, "prepare")
        token = _found(r"TOKEN (\S+)", _call(environment, "manage", "shell", "-v", "0", "-c", PERSON))
        for number in range(2 if quick else ROUNDS):
            device = f"well-{number}"
            said = _call(
                environment, "manage", "register_device", device, "--channel", "methane", "--unit", "pct_lel", *PLACE, device
            )
            told = _start(environment, device, _found(r"secret (\S+)", said), token)
            what = "kernels to be compiled" if number == 0 else "started before"
            console.print(
                f"    {what:<24} page {told.page_s:.1f} s (aim {AIM_PAGE_S:.0f}), reading {told.reading_s:.1f} s, "
                f"alarm {told.alarm_s:.1f} s (aim {AIM_ALARM_S:.0f})"
            )


def _start(environment: dict[str, str], device: str, secret: str, token: str) -> Started:
    began = time.monotonic()
    with (Path(environment["TOCSIN_DATA"]) / "up.log").open("w") as log:
        process = subprocess.Popen((*TOCSIN, "up"), env=environment, stdout=log, stderr=subprocess.STDOUT)  # noqa: S603 - our own program
    url = f"http://127.0.0.1:{environment['TOCSIN_HTTP_PORT']}"
    try:
        page_s = reading_s = 0.0
        while True:
            now = time.monotonic() - began
            if now > LONGEST_S or process.poll() is not None:
                raise AssertionError(f"no alarm within {now:.0f} s: page {page_s:.1f} s, reading {reading_s:.1f} s")
            if not page_s and _answers(f"{url}/login/"):
                page_s = time.monotonic() - began
            if not reading_s and _publishes(int(environment["TOCSIN_MQTT_PORT"]), device, secret):
                reading_s = time.monotonic() - began
            if page_s and reading_s and _rings(url, token, device):
                return Started(page_s, reading_s, time.monotonic() - began)
            time.sleep(0.1)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _answers(url: str) -> bool:
    with contextlib.suppress(URLError, OSError), urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - this machine's
        return bool(answer.status == 200)
    return False


def _rings(url: str, token: str, device: str) -> bool:
    request = urllib.request.Request(f"{url}/api/v1/warning/alarms")  # noqa: S310 - this machine's
    request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - this machine's
        return any(device in one["place"] for one in json.load(answer)["items"])


def _publishes(port: int, device: str, secret: str) -> bool:
    """One reading over MQTT, QoS 1, by the few packets that it takes; True when it is acknowledged."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as door:
        door.sendall(_packet(0x10, _text("MQTT") + b"\x04\xc2\x00\x1e" + b"".join(map(_text, (device, device, secret)))))
        if door.recv(4) != b"\x20\x02\x00\x00":
            return False
        body = json.dumps({"values": {"methane": 62}}).encode()
        door.sendall(_packet(0x32, _text(f"tocsin/{device}/readings") + b"\x00\x01" + body))
        return door.recv(4)[:1] == b"\x40"
    return False


def _packet(kind: int, body: bytes) -> bytes:
    return bytes((kind, len(body))) + body if len(body) < 128 else bytes((kind, len(body) % 128 + 128, len(body) // 128)) + body


def _text(text: str) -> bytes:
    return len(text).to_bytes(2) + text.encode()


def _call(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run((*TOCSIN, *arguments), env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise AssertionError(text)
    return found.group(1)
