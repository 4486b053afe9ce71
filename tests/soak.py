"""How often a test repeats what a race would show: short in the suite, long with TOCSIN_SOAK=1 (`make soak`)."""

import os

SOAK = os.environ.get("TOCSIN_SOAK") == "1"


def often(short: int, long: int) -> int:
    """The number of repetitions of this run."""
    return long if SOAK else short
