"""Files that are too long for one press are taken over in the background."""

from tocsin.bus.loops.rows import Loop
from tocsin.records.imports.services.taking import take_waiting

LOOPS = (Loop(name="take-imports", work=take_waiting, period_s=30.0, wakes_on=("records.TableImport",), lease_s=60.0),)
