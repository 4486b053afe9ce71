"""What an installation costs when nothing happens, and how long it takes to stop: the demo's city without readings."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from tocsin.portal.catalogue import PROCESSES
from tocsin.portal.configuration import Configuration
from tocsin.portal.supervisor import Supervisor
from tocsin.workshop.bench.ports import own_ports

SETTLE_S, WATCH_S = 20.0, 30.0
_PREPARE = """
import sys
from pathlib import Path
from tocsin.workshop.demo.show import Show
Show(Path(sys.argv[1]), "shiniushan-road", 1.0, say=lambda line: None).prepare()
"""


def run(console: Console, quick: bool) -> None:
    """Processor time and memory (PSS: pages that processes share count once) of every process of `tocsin up`."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"TOCSIN_DATA": folder, **own_ports()}
        subprocess.run([sys.executable, "-c", _PREPARE, folder], check=True)  # noqa: S603 - our own program
        supervisor = Supervisor(Configuration.from_environment())
        try:
            supervisor.start()
            measure(console, supervisor, settle_s=SETTLE_S / (4 if quick else 1), watch_s=WATCH_S / (3 if quick else 1))
        finally:
            began = time.monotonic()
            supervisor.stop()
            console.print(f"    stopped within {time.monotonic() - began:.1f} s")


def measure(console: Console, supervisor: Supervisor, *, settle_s: float, watch_s: float) -> None:
    """Prints one line a process."""
    time.sleep(settle_s)
    trees = {name: tree(supervisor.pid_of(name)) for name in PROCESSES}
    before = {name: sum(map(cpu_s, pids)) for name, pids in trees.items()}
    time.sleep(watch_s)
    total = 0
    for name, pids in trees.items():
        share = (sum(map(cpu_s, pids)) - before[name]) / watch_s
        memory = sum(map(pss_bytes, pids))
        total += memory
        console.print(f"    {name:<10} {100 * share:5.1f} % of a core  {memory / 1024**2:7.0f} MiB")
    console.print(f"    all processes together {total / 1024**2:.0f} MiB")


def tree(pid: int) -> list[int]:
    """A process and all that it has started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in tree(int(child)))]


def cpu_s(pid: int) -> float:
    """Seconds of the processor that a process has used."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def pss_bytes(pid: int) -> int:
    """Memory of a process in which pages that processes share count once."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0
