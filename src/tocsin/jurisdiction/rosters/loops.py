"""The loop that looks ahead in the rosters."""

from tocsin.bus.loops.rows import Loop
from tocsin.jurisdiction.rosters.services.announcements import tell_of_rosters

LOOPS = (Loop(name="look-ahead-in-rosters", work=tell_of_rosters, period_s=120.0),)
