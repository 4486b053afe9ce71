"""Looks every ten minutes whether the newest backup is too old."""

from tocsin.bus.loops.rows import Loop
from tocsin.notices.system.services import ring_for_backup

LOOPS = (Loop(name="tell-late-backup", work=ring_for_backup, period_s=600.0, lease_s=60.0),)
