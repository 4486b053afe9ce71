"""The loop that sends codes to contact points that are to be confirmed. It may die at any moment."""

from tocsin.bus.loops.rows import Loop
from tocsin.notices.confirming.services import send_codes

LOOPS = (Loop(name="send-contact-codes", work=send_codes, period_s=5.0, wakes_on=("jurisdiction.ContactPoint",), rest_s=0.5),)
