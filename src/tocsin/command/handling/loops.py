"""The loop that opens cases for demanded inspections. It may die at any moment."""

from tocsin.bus.loops.rows import Loop
from tocsin.command.handling.services.demands import open_demanded_cases

LOOPS = (Loop(name="open-demanded-cases", work=open_demanded_cases, period_s=5.0, wakes_on=("supervision.Episode",)),)
