"""The loops that open cases for demanded inspections and end those that are decided. They may die at any moment."""

from tocsin.bus.loops.rows import Loop
from tocsin.command.handling.services.demands import end_decided_cases, open_demanded_cases

LOOPS = (
    Loop(name="open-demanded-cases", work=open_demanded_cases, period_s=5.0, wakes_on=("supervision.Episode",)),
    Loop(name="end-decided-cases", work=end_decided_cases, period_s=5.0, wakes_on=("supervision.Episode",)),
)
