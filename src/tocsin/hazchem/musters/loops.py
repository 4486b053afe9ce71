"""The loop that adds to a muster whoever is heard while it goes on. It may die at any moment."""

from tocsin.bus.loops.rows import Loop
from tocsin.hazchem.musters.services.musters import follow_musters

LOOPS = (Loop(name="follow-musters", work=follow_musters, period_s=5.0, lease_s=15.0),)
