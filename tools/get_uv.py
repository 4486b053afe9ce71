"""Fetches uv into the folder named on the command line, from PyPI, with any Python 3 and nothing else installed.

pip does it where there is one; without pip (Debian's bare python3) the wheel is taken from the index and its hash is checked.
"""

import hashlib
import io
import json
import os
import platform
import subprocess
import sys
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

INDEX = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/") + "/uv/"
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


def by_pip(folder):
    """True when pip is here and has put uv into the folder."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", "--target", str(folder), "uv"]
    done = subprocess.run(command, stderr=subprocess.DEVNULL, check=False)
    return done.returncode == 0 and (folder / "bin" / "uv").exists()


def runs_here(wheel):
    """True for the name of a wheel that fits this machine."""
    machine = MACHINES.get(platform.machine().lower(), platform.machine().lower())
    if sys.platform == "darwin":
        return "macosx" in wheel and (machine == "x86_64") == ("x86_64" in wheel)
    return ("manylinux" if platform.libc_ver()[0] else "musllinux") in wheel and machine in wheel


def version_of(wheel):
    """The numbers of a wheel's version; pre-releases come first."""
    return [int(part) if part.isdigit() else -1 for part in wheel.split("-")[1].split(".")]


def by_hand(folder):
    """Takes the newest wheel that the index has for this machine."""
    request = urllib.request.Request(INDEX, headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        files = json.load(answer)["files"]
    wheels = [
        file for file in files if file["filename"].endswith(".whl") and not file.get("yanked") and runs_here(file["filename"])
    ]
    if not wheels:
        sys.exit("no uv wheel for {} {}; install uv by hand".format(sys.platform, platform.machine()))
    wheel = max(wheels, key=lambda file: version_of(file["filename"]))
    with urllib.request.urlopen(urllib.parse.urljoin(INDEX, wheel["url"]), timeout=300) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != wheel["hashes"]["sha256"]:
        sys.exit("the uv wheel from {} does not have the hash that the index names".format(INDEX))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        member = next(name for name in archive.namelist() if name.endswith("/scripts/uv"))
        program = archive.read(member)
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    (folder / "bin" / "uv").write_bytes(program)
    (folder / "bin" / "uv").chmod(0o755)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    if not by_pip(target):
        by_hand(target)
