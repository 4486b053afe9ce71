"""How a process of Tocsin begins and ends: Django set up, the end of its supervisor noticed, SIGTERM as the way to stop."""

import faulthandler
import logging
import os
import signal
import sys
import threading
from importlib import import_module
from pathlib import Path

from tocsin.base.process import end_process, loading
from tocsin.engine.kernel import load_compiler
from tocsin.portal.catalogue import PROCESSES
from tocsin.portal.configuration import Configuration
from tocsin.portal.logs import name_process
from tocsin.portal.telemetry import set_up_tracing

LEASH = "TOCSIN_LEASH"
GIVES_WAY = {"watcher": 10}  # niceness of those for whom nobody waits: devices wait for the door, people for alarms and pages
SWITCH_S = 0.0005  # an alarm is written in many small steps: each waits so long for a thread that only computes (Python: 5 ms)
WITHOUT_DATABASE = frozenset({"bus"})
COMPUTING = frozenset({"detector", "worker", "watcher"})  # they load the compiler before the first reading waits for it
MOST_CONNECTIONS = {"worker": 24, "web": 32}  # PostgreSQL has a hundred as shipped, three of them for its administrator
MOST_OF_OTHERS = 8
CONNECTION_PATIENCE_S, RECONNECT_S = 10, 2
log = logging.getLogger(__name__)


def keep_kernels_in_the_data_folder() -> None:
    """Numba reads its cache folder when it is imported; the installed package may lie where nobody can write."""
    os.environ.setdefault("NUMBA_CACHE_DIR", str(kernels_of(Configuration.from_environment())))


def kernels_of(configuration: Configuration) -> Path:
    """Where the machine code of an installation's kernels is kept."""
    return configuration.data / "numba"


def set_up_django() -> None:
    """Makes models and settings usable in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")
    with loading():
        import django

        django.setup()


def run_process(name: str) -> None:
    """Runs one process of the catalogue until SIGTERM, and ends this process with it.

    Where native code ends it before, the stacks of all threads go to the standard error, which is its log.
    """
    faulthandler.enable()
    name_process(name)
    os.nice(GIVES_WAY.get(name, 0))
    if os.environ.get(LEASH) == "1":
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's; it stops us in the right order
        threading.Thread(target=end_with_supervisor, daemon=True, name="leash").start()
    keep_kernels_in_the_data_folder()
    if name in WITHOUT_DATABASE:
        _set_up_logging()
    else:
        set_up_django()
        share_connections(MOST_CONNECTIONS.get(name, MOST_OF_OTHERS))
        _carry_news()
    set_up_tracing(name, Configuration.from_environment().traces)
    sys.setswitchinterval(SWITCH_S)
    module, function = PROCESSES[name].split(":")
    log.info("process %s starts", name)
    with loading():
        work = getattr(import_module(module), function)
        if name in COMPUTING:
            load_compiler()
    work()
    end_process()


def share_connections(most: int) -> None:
    """Threads of this process share so many connections to PostgreSQL, and wait for one where all are in use.

    The worker alone has more loops than PostgreSQL has connections. After a loss the first who asks begins anew: what waits
    longer than RECONNECT_S for the server gives up, so that no growing pause stands between its return and ours. On SQLite each
    thread keeps its own.
    """
    from django.db import connections

    for database in connections.settings.values():
        if database["ENGINE"] == "django.db.backends.postgresql":
            database["CONN_MAX_AGE"] = 0
            database["OPTIONS"]["pool"] = {
                "min_size": 1,
                "max_size": most,
                "timeout": CONNECTION_PATIENCE_S,
                "reconnect_timeout": RECONNECT_S,
            }


def end_with_supervisor() -> None:
    """The supervisor holds the other end of our standard input: when it dies, however, the read ends and so do we."""
    while os.read(0, 1):  # not sys.stdin: its lock would be held when the interpreter ends
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _set_up_logging() -> None:
    """All that a process without tables needs of Django; the rest costs it memory for nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")
    from django.conf import settings
    from django.utils.log import configure_logging

    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)


def _carry_news() -> None:
    from tocsin.bus.messenger import carry_news

    carry_news()
