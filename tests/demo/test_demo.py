"""`tocsin demo` as a newcomer starts it: the story is told, Ctrl-C leaves nothing behind, real work is refused."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.databases import copy_into
from tests.deploy.modes import SHELLS_UMASK, open_to_others
from tests.e2e.test_up import own_ports

TOCSIN = [sys.executable, "-m", "tocsin.portal.cli"]
READY = re.compile(r"city time ")
TOLD = re.compile(r"cause heat_main_leak_biogas; heat main \w+ A\d+, (\d+) m away; probability (\d+)%; call heating_company")


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TOCSIN_", "DJANGO_", "DATABASE_URL"))}
    return kept | {"TOCSIN_DATA": str(folder), **own_ports(), "CI": "1"}


def processes_of(folder: Path) -> list[str]:
    """Command lines of all that belong to this folder, found by their environment."""
    mine = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if f"TOCSIN_DATA={folder}\0".encode() in (entry / "environ").read_bytes():
                    mine.append((entry / "cmdline").read_text().replace("\0", " "))
            except OSError:  # ended meanwhile, or another user's
                continue
    return mine


def said(log: Path, pattern: re.Pattern[str], process: subprocess.Popen[bytes], patience_s: float) -> re.Match[str]:
    limit = time.monotonic() + patience_s
    while time.monotonic() < limit:
        if found := pattern.search(log.read_text()):
            return found
        assert process.poll() is None, log.read_text()
        time.sleep(0.2)
    raise AssertionError(log.read_text())


@pytest.mark.timeout(600)
def test_the_story_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    folder, log = tmp_path / "demo", tmp_path / "demo.log"
    for start in ("first", "second"):
        with log.open("w") as output:
            process = subprocess.Popen(
                [*TOCSIN, "demo", "--speed", "120"],
                env=environment(folder),
                stdout=output,
                stderr=subprocess.STDOUT,
                umask=SHELLS_UMASK,
            )
        try:
            said(log, READY, process, 200)  # a database filled, the processes up
            told = said(log, TOLD, process, 150)
            assert 180 <= int(told[1]) <= 220, start
            assert int(told[2]) >= 50
        finally:
            process.send_signal(signal.SIGINT)
            code = process.wait(60)
        assert code == 0, log.read_text()
        assert processes_of(folder) == []
    assert (folder / "demo.json").exists()
    assert open_to_others(folder) == []


def test_a_database_with_real_work_is_refused(tmp_path: Path) -> None:
    folder = copy_into(tmp_path / "real")
    with_device = (
        "from tocsin.sensing.devices.services.registering import register_device;"
        "from tocsin.jurisdiction.face import system_actor;"
        "register_device(actor=system_actor(), code='real', name='', region_code='370213')"
    )
    command = ["manage", "shell", "-v", "0", "-c", with_device]
    subprocess.run([*TOCSIN, *command], env=environment(folder), check=True, capture_output=True)
    for command in (["demo"], ["simulate", "--sensors", "1", "--rate", "1"]):
        done = subprocess.run([*TOCSIN, *command], env=environment(folder), capture_output=True, text=True, timeout=200)
        assert done.returncode == 1
        assert "not marked as a demonstration" in done.stderr
