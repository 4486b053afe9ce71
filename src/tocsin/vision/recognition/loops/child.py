"""The process that looks at frames of some cameras: `python -m tocsin.vision.recognition.loops.child ID…`, until its input ends.

It gives way to everything else on the machine and computes in one thread, with another that reads plates, so that no alarm waits
for a picture.
"""

import os
import sys
import threading
import time
from uuid import UUID

from tocsin.base.children import end_children
from tocsin.vision.recognition.services.giving_way import PRESSING, give_way

END_S = 2.0  # so long it may finish what it looks at when its input has ended; then it ends all the same
LOOK_S = 0.05


def main(arguments: list[str]) -> int:
    """Runs until the standard input ends: whoever holds it has died, or wants no more."""
    stop, starter = threading.Event(), os.getppid()
    threading.Thread(target=_end_with_input, args=(stop, starter), daemon=True, name="leash").start()
    give_way(PRESSING)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")
    import django

    django.setup()
    from tocsin.screens.clock import current_time
    from tocsin.vision.recognition.services.working import FrameWorker

    FrameWorker([UUID(one) for one in arguments], current_time).run(stop)
    return 0


def _end_with_input(stop: threading.Event, starter: int) -> None:
    """Watches from the first moment on: what still loads its modules ends with its starter, too, at once where that has died."""
    while os.read(0, 1):  # not sys.stdin: its lock would be held when the interpreter ends
        pass
    stop.set()
    limit = time.monotonic() + END_S
    while os.getppid() == starter and time.monotonic() < limit:
        time.sleep(LOOK_S)
    end_children()
    os._exit(0)  # rows are written in transactions; nothing is half done


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
