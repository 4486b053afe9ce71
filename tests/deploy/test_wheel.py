"""The wheel alone, in an environment without the sources, read-only and run by another user: it starts, and an alarm rings.

What it needs comes from PyPI as `uv.lock` pins it; the browser's half is taken as `uv sync` has built it in this checkout.
"""

import gettext
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.ports import free_port
from tocsin.portal.catalogue import DEVICE_PROTOCOLS
from tools.release import uv

pytestmark = pytest.mark.one_database
ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
START_S = 120
ARRANGED = """
from django.core.management import call_command
from django.utils import timezone
from tocsin.jurisdiction.people.services import accounts, grants, tokens
from tocsin.jurisdiction.people.services.system import system_actor
place = ["--region", "370213", "--lon", "120.4312", "--lat", "36.1625", "--name", "Shiniushan Road, well 7"]
call_command("register_device", "well-7", "--channel", "methane", "--unit", "pct_lel", *place)
user, _password = accounts.create_person(actor=system_actor(), username="duty", name="Duty")
grants.grant_role(actor=system_actor(), user=user, role="duty_officer", region_code="370200")
accounts.set_password(user=user, password="a long enough password")
print("TOKEN", tokens.create_token(user=user, name="test", scopes=("alarms.see",), now=timezone.now())[1])
"""


TRANSLATIONS = ROOT / "src" / "tocsin" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo"


@dataclass(frozen=True)
class Installed:
    """A wheel and the environment into which it was installed."""

    wheel: Path
    folder: Path
    read_before: bytes
    """What a Tocsin of this checkout reads of its translations that opened the file before the build and reads it after."""

    @property
    def program(self) -> str:
        return str(self.folder / "venv" / "bin" / "tocsin")

    def settings(self) -> dict[str, str]:
        """Nothing of this checkout or of whoever runs the tests."""
        ports = {name: str(free_port()) for name in ("TOCSIN_HTTP_PORT", *(one.variable for one in DEVICE_PROTOCOLS))}
        own = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"}
        return {**own, "TOCSIN_DATA": str(self.folder / "home" / "data"), "TOCSIN_SECOND_STEP": "offered", **ports}

    def start(self, *arguments: str, environment: dict[str, str], **options: Any) -> subprocess.Popen[str]:
        """As another user where that can be done."""
        if os.geteuid() == 0:
            options |= {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        return subprocess.Popen([self.program, *arguments], env=environment, cwd="/", text=True, **options)

    def said(self, *arguments: str, environment: dict[str, str]) -> str:
        with self.start(*arguments, environment=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            out, wrong = process.communicate(timeout=START_S)
        assert process.returncode == 0, wrong + out
        return out


@pytest.fixture(scope="module")
def installed() -> Iterator[Installed]:
    folder = Path(tempfile.mkdtemp(prefix="tocsin-wheel-"))
    try:
        folder.chmod(0o755)
        (folder / "home").mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(folder / "home", NOBODY, NOBODY)
        with TRANSLATIONS.open("rb", buffering=0) as opened:
            call(uv(), "build", "--quiet", "--wheel", "--out-dir", str(folder / "dist"), TOCSIN_SKIP_ASSETS="1")
            read_before = opened.readall() if os.fstat(opened.fileno()).st_nlink == 0 else b""
        (wheel,) = (folder / "dist").glob("*.whl")
        pins = folder / "pins.txt"
        call(uv(), "export", "--quiet", "--frozen", "--no-dev", "--no-hashes", "--no-emit-project", "-o", str(pins))
        call(uv(), "venv", "--quiet", "--python", sys.executable, str(folder / "venv"))
        python = str(folder / "venv" / "bin" / "python")
        call(uv(), "pip", "install", "--quiet", "--python", python, "--constraint", str(pins), str(wheel))
        for path in (folder / "venv").rglob("*"):
            if path.is_dir() and not path.is_symlink():  # not the files: uv may share them with its cache
                path.chmod(0o555)
        yield Installed(wheel, folder, read_before)
    finally:
        for path in [folder, *(folder / "venv").rglob("*")]:
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o755)
        shutil.rmtree(folder)


def call(*command: str, **variables: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    done = subprocess.run(command, cwd=ROOT, env={**environment, **variables}, capture_output=True, text=True, umask=0o022)
    assert done.returncode == 0, done.stderr + done.stdout


def wait_for[T](what: Callable[[], T | None], process: subprocess.Popen[str], log: Path) -> T:
    limit = time.monotonic() + START_S
    while time.monotonic() < limit:
        found = what()
        if found:
            return found
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def processes_with(data: str) -> list[str]:
    """Commands of the processes that still run for this data folder."""
    left = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # ended meanwhile
            if f"TOCSIN_DATA={data}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                left.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return left


def fetched(address: str, **headers: str) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=30) as answer:
        body: bytes = answer.read()
    return body


def test_a_build_replaces_translations_that_a_running_tocsin_reads_in_one_step(installed: Installed) -> None:
    assert gettext.GNUTranslations(BytesIO(installed.read_before)).gettext("Sign in") == "登录"


def test_what_is_inside_and_what_is_not(installed: Installed) -> None:
    with zipfile.ZipFile(installed.wheel) as archive:
        names = set(archive.namelist())
    there = {"static/dist/frame.js", "static/dist/frame.css", "static/tocsin.svg", "locale/zh_Hans/LC_MESSAGES/django.mo"}
    assert {f"tocsin/{name}" for name in there} <= names
    assert any(name.endswith("policy.toml") for name in names)
    assert any(name.endswith("centerface.onnx") for name in names)
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.startswith("tocsin-")} == {"tocsin"}
    assert not [name for name in names if "__pycache__" in name or "node_modules" in name or name.endswith((".ts", ".sqlite3"))]


@pytest.mark.skipif(
    not shutil.which("mosquitto_pub"), reason="mosquitto_pub is absent (Debian: apt-get install mosquitto-clients)"
)
def test_it_starts_by_itself_shows_its_pages_and_rings(installed: Installed) -> None:
    environment = installed.settings()
    log = installed.folder / "log"
    with log.open("w") as output:
        running = installed.start("up", environment=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        found = wait_for(lambda: re.search(r"console +(\S+)", log.read_text()), running, log)
        console = found.group(1)
        page = fetched(f"{console}login/", **{"Accept-Language": "zh-CN"}).decode()
        assert 'lang="zh-hans"' in page
        assert "密码" in page
        assert "Password" in fetched(f"{console}login/", **{"Accept-Language": "en"}).decode()
        styles = re.search(r'href="/(static/dist/frame\.css)"', page)
        assert styles
        assert len(fetched(console + styles.group(1))) > 10_000
        out = installed.said("manage", "shell", "-v", "0", "-c", ARRANGED, environment=environment)
        secret, token = re.search(r"secret (\S+)", out), re.search(r"TOKEN (\S+)", out)
        assert secret and token
        reading = ["-i", "well-7", "-u", "well-7", "-P", secret.group(1), "-q", "1", "-t", "tocsin/well-7/readings"]
        line = ["mosquitto_pub", "-p", environment["TOCSIN_MQTT_PORT"], *reading, "-m", '{"values": {"methane": 62}}']
        wait_for(lambda: subprocess.run(line, capture_output=True).returncode == 0, running, log)
        asked = {"Authorization": f"Bearer {token.group(1)}"}
        alarms = wait_for(lambda: json.loads(fetched(f"{console}api/v1/warning/alarms", **asked))["items"], running, log)
        assert [(alarm["quantity"], alarm["value"]) for alarm in alarms] == [("methane", 62.0)]
        report = json.loads(installed.said("doctor", "--json", environment=environment))
        assert {one["name"]: one["verdict"] for one in report["findings"]}["tables"] == "good"
        assert not [one for one in report["findings"] if one["verdict"] == "bad"]
    finally:
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 0, log.read_text()
    assert processes_with(environment["TOCSIN_DATA"]) == []
    assert "Traceback" not in log.read_text()
