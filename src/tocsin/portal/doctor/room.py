"""Disk, memory and open files: is there room, and does the file system do what a database needs."""

import contextlib
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tocsin.portal.configuration import Configuration
from tocsin.portal.doctor.findings import Finding, Verdict
from tocsin.portal.doctor.words import told as _

GIGABYTE = 1_000_000_000
BAD_FREE, WARN_FREE = 1 * GIGABYTE, 5 * GIGABYTE
FEWEST_INODES = 10_000
BAD_MEMORY, WARN_MEMORY = 0.6 * GIGABYTE, 1.5 * GIGABYTE
"""`tocsin up` alone takes 0.75 to 0.85 GiB."""
FEWEST_FILES = 1024
OF_NETWORKS = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "fuse.glusterfs", "ceph", "afs", "vboxsf", "virtiofs")
OF_MEMORY = ("tmpfs", "ramfs")
_MOUNTS = Path("/proc/self/mounts")
_SECOND = """
import sqlite3, sys
one = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
try:
    one.execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError:
    print("locked")
"""


def look_at_room(configuration: Configuration) -> Iterator[Finding]:
    """Disk and file system of the data folder, memory, open files."""
    folder = _nearest(configuration.data)
    yield _free(folder, configuration)
    yield _inodes(folder)
    yield _file_system(folder, configuration)
    if configuration.data.is_dir():
        yield _locks(configuration.data)
    yield _memory()
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < FEWEST_FILES:
        mend = _("raise it (`ulimit -n 65536`; LimitNOFILE= of a systemd unit)")
        text = _("a process may hold %(count)s, each device takes one", count=soft)
        yield Finding("memory", "open files", Verdict.WARNING, text, mend)
    else:
        yield Finding("memory", "open files", Verdict.GOOD, _("a process may hold %(count)s", count=f"{soft:,}"))


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    while not folder.exists():
        folder = folder.parent
    return folder


def _free(folder: Path, configuration: Configuration) -> Finding:
    free = shutil.disk_usage(folder).free
    told = _("%(free)s GB free for %(path)s", free=f"{free / GIGABYTE:.1f}", path=configuration.data)
    wanted = configuration.log_gigabytes * GIGABYTE
    mend = _("make room, or move the data folder to a larger disk (TOCSIN_DATA)")
    if free < BAD_FREE:
        return Finding("disk", "free", Verdict.BAD, _("%(free)s: readings are refused when it is full", free=told), mend)
    if free < WARN_FREE:
        return Finding("disk", "free", Verdict.WARNING, told, mend)
    if configuration.embedded_bus and free < wanted:
        text = _("%(free)s; the log of readings alone may take %(most)s GB", free=told, most=f"{configuration.log_gigabytes:g}")
        less = _("%(mend)s, or let the log keep less (TOCSIN_LOG_GIGABYTES)", mend=mend)
        return Finding("disk", "free", Verdict.WARNING, text, less)
    return Finding("disk", "free", Verdict.GOOD, told)


def _inodes(folder: Path) -> Finding:
    told = os.statvfs(folder)
    if told.f_files and told.f_favail < FEWEST_INODES:
        text = _("room for %(count)s more files only", count=told.f_favail)
        return Finding("disk", "files", Verdict.WARNING, text, _("remove files nobody needs"))
    return Finding("disk", "files", Verdict.GOOD, _("room for more"))


def _file_system(folder: Path, configuration: Configuration) -> Finding:
    kind, place = file_system_of(folder)
    text = _("%(kind)s, mounted at %(place)s", kind=kind, place=place)
    if kind in OF_MEMORY:
        mend = _("name a folder on a disk by TOCSIN_DATA")
        gone = _("%(kind)s: all is gone when the machine restarts", kind=text)
        return Finding("disk", "file system", Verdict.WARNING, gone, mend)
    if kind in OF_NETWORKS and not configuration.database_url:
        mend = _("put the data folder on a local disk, or take PostgreSQL (DATABASE_URL)")
        unsafe = _("%(kind)s: SQLite is not safe over a network", kind=text)
        return Finding("disk", "file system", Verdict.BAD, unsafe, mend)
    return Finding("disk", "file system", Verdict.GOOD, text)


def file_system_of(folder: Path, mounts: Path = _MOUNTS) -> tuple[str, Path]:
    """Kind and place of the mount below which a folder lies; "unknown" where the kernel does not tell."""
    try:
        rows = [line.split() for line in mounts.read_text().splitlines()]
    except OSError:
        return "unknown", Path("/")
    found = folder.resolve()
    above = {Path(row[1].replace("\\040", " ")): row[2] for row in rows if len(row) > 2}
    place = max((one for one in above if found.is_relative_to(one)), key=lambda one: len(one.parts), default=Path("/"))
    return above.get(place, "unknown"), place


def _locks(folder: Path) -> Finding:
    """A database with a write-ahead log is opened twice, by two processes: the second must be kept out."""
    name = "locks"
    try:
        with tempfile.TemporaryDirectory(prefix=".doctor-", dir=folder) as scratch:
            path = Path(scratch, "trial.sqlite3")
            with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
                mode = database.execute("PRAGMA journal_mode=WAL").fetchone()[0]
                database.execute("BEGIN IMMEDIATE")
                told = subprocess.run([sys.executable, "-c", _SECOND, path], capture_output=True, text=True, timeout=20)  # noqa: S603
    except (OSError, sqlite3.Error, subprocess.TimeoutExpired) as error:
        mend = _("let this user write there: `chown -R $(id -un) %(path)s`", path=folder)
        text = _("nothing can be written into %(path)s: %(why)s", path=folder, why=error)
        return Finding("disk", name, Verdict.BAD, text, mend)
    if mode != "wal" or told.stdout.strip() != "locked":
        mend = _("put the data folder on a local disk, or take PostgreSQL (DATABASE_URL)")
        text = _("two processes may write into one file at once here: a database would be destroyed")
        return Finding("disk", name, Verdict.BAD, text, mend)
    text = _("%(path)s can be written, and its files are locked as a database needs", path=folder)
    return Finding("disk", name, Verdict.GOOD, text)


def _memory() -> Finding:
    try:
        lines = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
        free = int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return Finding("memory", "free", Verdict.UNKNOWN, _("this system is not asked for its memory"))
    bound = _bound_of_group()
    told = _("%(free)s GB free", free=f"{free / GIGABYTE:.1f}")
    if bound:
        told = _("%(free)s, %(bound)s GB allowed to this group of processes", free=told, bound=f"{bound / GIGABYTE:.1f}")
    mend = _("end what else runs, or take a machine with 4 GB")
    room = min(free, bound or free)
    if room < BAD_MEMORY:
        return Finding("memory", "free", Verdict.BAD, told, mend)
    if room < WARN_MEMORY:
        return Finding("memory", "free", Verdict.WARNING, told, mend)
    return Finding("memory", "free", Verdict.GOOD, told)


def _bound_of_group() -> int | None:
    """What the control group of this process may have; None where it has no bound."""
    try:
        group = Path("/proc/self/cgroup").read_text().strip().rpartition("::")[2]
        told = Path(f"/sys/fs/cgroup{group}/memory.max").read_text().strip()
    except OSError:
        return None
    return int(told) if told.isdigit() else None
