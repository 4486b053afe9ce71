"""The process that looks at frames of some cameras: `python -m tocsin.vision.recognition.loops.child ID…`, until its input ends.

It gives way to everything else on the machine and computes in one thread, so that no alarm waits for a picture.
"""

import os
import sys
import threading
from uuid import UUID

NICENESS = 15


def main(arguments: list[str]) -> int:
    """Runs until the standard input ends: whoever holds it has died, or wants no more."""
    os.nice(NICENESS)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")
    import django

    django.setup()
    from tocsin.screens.clock import current_time
    from tocsin.vision.recognition.services.working import FrameWorker

    stop = threading.Event()
    threading.Thread(target=_wait_for_end, args=(stop,), daemon=True, name="leash").start()
    FrameWorker([UUID(one) for one in arguments], current_time).run(stop)
    return 0


def _wait_for_end(stop: threading.Event) -> None:
    while os.read(0, 1):  # not sys.stdin: its lock would be held when the interpreter ends
        pass
    stop.set()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
