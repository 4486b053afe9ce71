"""The loop that lets go what is left of old sign-ins."""

from tocsin.bus.loops.rows import Loop
from tocsin.jurisdiction.people.services.sessions import forget_sign_ins

LOOPS = (Loop(name="forget-sign-ins", work=forget_sign_ins, period_s=3600.0),)
