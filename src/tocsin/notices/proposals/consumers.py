"""Second persons are told by the log of events. It may die at any moment."""

from tocsin.bus.loops.rows import LogLoop
from tocsin.bus.streams import EVENTS
from tocsin.notices.proposals.services import tell_entries, told_position

LOOPS = (LogLoop(name="tell-second-persons", stream=EVENTS, position=told_position, work=tell_entries, lease_s=15.0),)
