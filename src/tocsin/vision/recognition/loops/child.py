"""The process that looks at frames of some cameras: `python -m tocsin.vision.recognition.loops.child ID…`, until its input ends.

It gives way to everything else on the machine and computes in one thread, with another that reads plates, so that no alarm waits
for a picture.
"""

import os
import sys
import threading
import time
from uuid import UUID

from tocsin.vision.recognition.services.giving_way import PRESSING, give_way

END_S = 2.0  # so long it may finish what it looks at when its input has ended; then it ends all the same


def main(arguments: list[str]) -> int:
    """Runs until the standard input ends: whoever holds it has died, or wants no more."""
    stop = threading.Event()
    threading.Thread(target=_end_with_input, args=(stop,), daemon=True, name="leash").start()
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


def _end_with_input(stop: threading.Event) -> None:
    """Watches from the first moment on: what still loads its modules ends with its starter, too."""
    while os.read(0, 1):  # not sys.stdin: its lock would be held when the interpreter ends
        pass
    stop.set()
    time.sleep(END_S)
    os._exit(0)  # rows are written in transactions; nothing is half done


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
