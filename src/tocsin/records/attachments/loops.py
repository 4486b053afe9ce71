"""The loop that finds files that no row names."""

from datetime import datetime

from tocsin.bus.loops.rows import Loop
from tocsin.records.attachments.services.sweeping import sweep_files


def _sweep(*, now: datetime) -> None:
    sweep_files(now=now)


LOOPS = (Loop(name="sweep-attachments", work=_sweep, period_s=3600.0, lease_s=60.0),)
