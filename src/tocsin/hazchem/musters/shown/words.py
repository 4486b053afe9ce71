"""Words for how people stand in a muster."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tocsin.engine.positioning.musters import MusterStanding

STANDING_NAMES: Final[dict[MusterStanding, Promise]] = {
    MusterStanding.MISSING: pgettext_lazy("muster", "missing"),
    MusterStanding.AT_POINT: pgettext_lazy("muster", "at a muster point"),
    MusterStanding.OUT: pgettext_lazy("muster", "out of the plant"),
    MusterStanding.SEEN: pgettext_lazy("muster", "seen by a person"),
}
STANDING_COLOURS: Final = {
    MusterStanding.MISSING: "red",
    MusterStanding.AT_POINT: "good",
    MusterStanding.OUT: "good",
    MusterStanding.SEEN: "good",
}
