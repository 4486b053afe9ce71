"""Purposes of notices about volunteers, as what one is told, and what is told."""

from typing import Final

CALLED: Final = "volunteer_call"  # to a volunteer: come, and answer by
NEWS: Final = "volunteer_news"  # to a volunteer: taken in, stood down, thanked
DESK: Final = "volunteer_desk"  # to the body: somebody applies, a need lapses, somebody is late

HELPER: Final = "volunteer"  # as what: who stands in the register
ADMITTED: Final = "volunteer_admitted"
ASKED_IN: Final = "volunteer_keeper"  # as what: the body that keeps the register or opened the need

JOINED: Final = "joined"  # what a desk hears
LAPSES: Final = "lapses"
LAPSED: Final = "lapsed"
UNFILLED: Final = "unfilled"
LATE: Final = "late"
RELEASED: Final = "released"  # what a volunteer hears
STOOD_DOWN: Final = "stood_down"
THANKS: Final = "thanks"
CONSENT: Final = "consent"  # the text has changed
EXPIRES: Final = "expires"  # a certificate
