"""People are told of their accounts by the log of events. It may die at any moment."""

from tocsin.bus.loops.rows import LogLoop
from tocsin.bus.streams import EVENTS
from tocsin.notices.accounts.services import tell_entries, told_position

LOOPS = (LogLoop(name="tell-of-accounts", stream=EVENTS, position=told_position, work=tell_entries, lease_s=15.0),)
