"""The loop that writes the weekly lists of noisy rules. It may die at any moment."""

from tocsin.bus.loops.rows import Loop
from tocsin.command.quality.services.weekly import list_noisy_rules

LOOPS = (Loop(name="list-noisy-rules", work=list_noisy_rules, period_s=60.0),)
