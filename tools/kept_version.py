"""Keeps a data folder as an earlier commit of this repository writes it, so that a test can bring it up to the present version.

    python tools/kept_version.py 1de1204e tests/deploy/kept/1de1204e.tar.xz

The commit is unpacked beside this checkout and installed from its own `uv.lock`; its `tocsin up` takes a device's reading,
raises the alarm and opens the case, as a person of its own sees by the API; then it is stopped, and what it left is packed.
Nothing in it is of use elsewhere: the keys are those of an installation that is gone. Needs uv, git and mosquitto_pub (Debian:
mosquitto-clients).
"""

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORTS = ("TOCSIN_HTTP_PORT", "TOCSIN_MQTT_PORT", "TOCSIN_DOOR_HTTP_PORT", "TOCSIN_HJ212_PORT", "TOCSIN_GB26875_PORT")
LEFT_OUT = ("numba", "bus/nats-server.log")  # machine code of this machine, and a log
PATIENCE_S = 180
ARRANGED = """
from django.core.management import call_command
from django.utils import timezone
from tocsin.jurisdiction.people.services import accounts, grants, tokens
from tocsin.jurisdiction.people.services.system import system_actor
place = ["--region", "370213", "--lon", "120.4312", "--lat", "36.1625", "--name", "Shiniushan Road, well 7"]
call_command("register_device", "well-7", "--channel", "methane", "--unit", "pct_lel", *place)
user, _password = accounts.create_person(actor=system_actor(), username="duty", name="Duty")
grants.grant_role(actor=system_actor(), user=user, role="duty_officer", region_code="370200")
accounts.set_password(user=user, password="a lantern for 7 ships")
print("TOKEN", tokens.create_token(user=user, name="kept", scopes=("alarms.see", "cases.see"), now=timezone.now())[1])
"""


def keep(commit: str, out: Path) -> None:
    """Writes the packed data folder; SystemExit with what failed."""
    with tempfile.TemporaryDirectory(prefix="tocsin-kept-") as scratch:
        source, data = Path(scratch, "source"), Path(scratch, "data")
        source.mkdir()
        archive = run("git", "archive", commit, cwd=ROOT)
        subprocess.run(["tar", "x", "-C", source], input=archive, check=True)  # noqa: S607 - tar
        run("uv", "sync", "--frozen", "--no-dev", "--quiet", cwd=source, TOCSIN_SKIP_ASSETS="1")
        live_through(source / ".venv/bin/tocsin", data)
        for name in LEFT_OUT:
            path = data / name
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        out.parent.mkdir(parents=True, exist_ok=True)
        with tarfile.open(out, "w:xz", preset=9) as packed:
            packed.add(data, arcname=".", filter=without_owner)


def live_through(program: Path, data: Path) -> None:
    """From an empty folder to an alarm whose case is open."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(data.parent),
        "TOCSIN_DATA": str(data),
        "TOCSIN_SECOND_STEP": "offered",
    }
    environment |= {name: str(port) for name, port in zip(PORTS, free_ports(len(PORTS)), strict=True)}
    pages = f"http://127.0.0.1:{environment['TOCSIN_HTTP_PORT']}/"
    with subprocess.Popen([program, "up"], env=environment, start_new_session=True) as running:
        try:
            wait_for(lambda: fetched(f"{pages}health/"), "its pages")
            said = run(str(program), "manage", "shell", "-v", "0", "-c", ARRANGED, cwd=data, **environment).decode()
            secret, token = re.search(r"secret (\S+)", said), re.search(r"TOKEN (\S+)", said)
            if secret is None or token is None:
                raise SystemExit(f"the commit did not tell device and token: {said}")
            reading = ["-i", "well-7", "-u", "well-7", "-P", secret.group(1), "-q", "1", "-t", "tocsin/well-7/readings"]
            line = ["mosquitto_pub", "-p", environment["TOCSIN_MQTT_PORT"], *reading, "-m", '{"values": {"methane": 62}}']
            wait_for(lambda: subprocess.run(line, capture_output=True, check=False).returncode == 0, "its door")
            for path in ("warning/alarms", "command/cases"):
                wait_for(lambda path=path: items(f"{pages}api/v1/{path}", token.group(1)), path)
        finally:
            running.send_signal(signal.SIGINT)


def items(address: str, token: str) -> list[object]:
    """What a list of the API holds; nothing while it does not answer."""
    body = fetched(address, Authorization=f"Bearer {token}")
    found: list[object] = json.loads(body)["items"] if body else []
    return found


def fetched(address: str, **headers: str) -> bytes:
    """The body, empty where nobody answers."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=10) as answer:
            body: bytes = answer.read()
    except OSError:
        return b""
    return body


def wait_for(what: Callable[[], object], name: str) -> None:
    """Returns as soon as it is there."""
    limit = time.monotonic() + PATIENCE_S
    while not what():
        if time.monotonic() > limit:
            raise SystemExit(f"the commit did not come as far as {name} within {PATIENCE_S} s")
        time.sleep(0.2)


def free_ports(count: int) -> list[int]:
    """Ports that nobody had just now."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def without_owner(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """So that the archive tells nothing of who made it."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def run(*command: str, cwd: Path, **variables: str) -> bytes:
    """What it says; SystemExit where it fails."""
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"} | variables
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:4])}: {done.stderr.decode()[-2000:]}")
    return done.stdout


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description="Keeps a data folder as an earlier commit writes it.")
    parser.add_argument("commit")
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    keep(given.commit, given.out.absolute())
    sys.stdout.write(f"{given.out}: {given.out.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
