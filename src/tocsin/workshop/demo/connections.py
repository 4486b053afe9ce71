"""Open files for many connections."""

import resource

from tocsin.base.errors import Unavailable

SPARE_FILES = 512  # open files of a process beside its devices' connections


def allow_connections(devices: int) -> None:
    """Lifts the soft limit of open files for this process and its children; Unavailable where the hard limit forbids it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = devices + SPARE_FILES
    if soft >= wanted:
        return
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise Unavailable(f"{devices} connections need {wanted} open files, and the hard limit is {hard} (ulimit -Hn)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
