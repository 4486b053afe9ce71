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

INDEX = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/")
MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}


def by_pip(folder):
    """True when pip is here and has put uv into the folder."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", "--target", folder, "uv"]
    return subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0


def platform_tag(name):
    """True for a wheel that runs on this machine."""
    machine = MACHINES.get(platform.machine().lower(), platform.machine().lower())
    if sys.platform == "darwin":
        return "macosx" in name and (machine == "x86_64") == ("x86_64" in name)
    kind = "manylinux" if platform.libc_ver()[0] else "musllinux"
    return kind in name and machine in name


def by_hand(folder):
    """Takes the newest wheel that the index has for this machine."""
    request = urllib.request.Request(INDEX + "/uv/", headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        files = json.load(answer)["files"]
    wheels = [file for file in files if file["filename"].endswith(".whl") and not file.get("yanked")]
    wheels = [file for file in wheels if platform_tag(file["filename"])]
    if not wheels:
        sys.exit("no uv wheel for %s %s; install uv by hand" % (sys.platform, platform.machine()))
    wheel = max(wheels, key=lambda file: [int(part) for part in file["filename"].split("-")[1].split(".") if part.isdigit()])
    with urllib.request.urlopen(urllib.parse.urljoin(INDEX + "/uv/", wheel["url"]), timeout=300) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != wheel["hashes"]["sha256"]:
        sys.exit("the uv wheel from %s does not have the hash that the index names" % INDEX)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        member = next(name for name in archive.namelist() if name.endswith("/scripts/uv"))
        os.makedirs(os.path.join(folder, "bin"), exist_ok=True)
        with open(os.path.join(folder, "bin", "uv"), "wb") as file:
            file.write(archive.read(member))
    os.chmod(os.path.join(folder, "bin", "uv"), 0o755)


if __name__ == "__main__":
    target = sys.argv[1]
    if not by_pip(target) or not os.path.exists(os.path.join(target, "bin", "uv")):
        by_hand(target)
