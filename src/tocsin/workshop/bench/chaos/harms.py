"""What befalls a town beside the death of a process: a full disk, a clock that jumps. What can not be is skipped by name."""

import contextlib
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

FULL_S, SHIFTED_S = 3.0, 2.0
DISK_MEGABYTES = 1000
PIECE = 4 * 1024 * 1024
SHIFTS_S = (-60, -20, 20, 60)  # what a time server may correct at once; devices' times are believed up to 300 s ahead
OFFSET = "TOCSIN_SHIFTED_CLOCK"
SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

static volatile long *seconds;

__attribute__((constructor)) static void open_offset(void) {
    const char *path = getenv("TOCSIN_SHIFTED_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *page = file < 0 ? MAP_FAILED : mmap(0, sizeof(long), PROT_READ, MAP_SHARED, file, 0);
    seconds = page == MAP_FAILED ? 0 : page;
}

int clock_gettime(clockid_t which, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int answer = real(which, now);
    if (!answer && which == CLOCK_REALTIME && seconds) now->tv_sec += *seconds;
    return answer;
}

int gettimeofday(struct timeval *now, void *zone) {
    struct timespec exact;
    if (clock_gettime(CLOCK_REALTIME, &exact)) return -1;
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *kept) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (kept) *kept = now.tv_sec;
    return now.tv_sec;
}
"""

type Strike = Callable[[], None]


@contextlib.contextmanager
def small_disk(folder: Path, say: Callable[[str], None]) -> Iterator[Strike | None]:
    """The folder on a disk of its own, in memory, and a strike that fills it for a moment; None where none can be mounted."""
    folder.mkdir(parents=True)
    size = f"size={DISK_MEGABYTES}m"
    mounted = (
        shutil.which("mount")
        and not subprocess.run(  # noqa: S603 - our own words
            ["mount", "-t", "tmpfs", "-o", size, "tocsin-chaos", str(folder)],  # noqa: S607 - where the machine has it
            capture_output=True,
            check=False,
        ).returncode
    )
    if not mounted:
        say("a full disk is skipped: a tmpfs can't be mounted here (it needs root)")
        yield None
        return

    def fill() -> None:
        ballast = folder / "ballast"
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(PIECE)) == PIECE:
                pass
        limit = time.monotonic() + FULL_S
        while time.monotonic() < limit:  # what is set free meanwhile is taken too
            with ballast.open("ab", buffering=0) as file, contextlib.suppress(OSError):
                file.write(bytes(65536))
            time.sleep(0.02)
        ballast.unlink()

    try:
        yield fill
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)  # noqa: S603, S607 - our own words


@contextlib.contextmanager
def shifted_clock(chance: random.Random, say: Callable[[str], None]) -> Iterator[Strike | None]:
    """Processes that are started within read a clock that a strike sets wrong for a moment; the machine's own stays right."""
    compiler = shutil.which("cc")
    if compiler is None:
        say("a jumping clock is skipped: there is no C compiler here")
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="tocsin-clock-") as kept:
        library, offset = Path(kept) / "clock.so", Path(kept) / "offset"
        source = library.with_suffix(".c")
        source.write_text(SHIM)
        subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(source), "-ldl"], check=True)  # noqa: S603
        offset.write_bytes(bytes(8))
        os.environ |= {"LD_PRELOAD": str(library), OFFSET: str(offset)}

        def put(seconds: int) -> None:
            with offset.open("r+b") as file:
                file.write(seconds.to_bytes(8, "little", signed=True))

        def jump() -> None:
            put(chance.choice(SHIFTS_S))
            time.sleep(SHIFTED_S)
            put(0)

        try:
            yield jump
        finally:
            del os.environ["LD_PRELOAD"], os.environ[OFFSET]
