"""Words for figures and reasons."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tocsin.engine.flood import Beneath, OnTop
from tocsin.hazchem.alarm_load.rules import LoadKind

FIGURE_NAMES: Final[dict[str, Promise]] = {
    LoadKind.PER_HOUR: pgettext_lazy("alarm load", "alarms per operator and hour"),
    LoadKind.PEAK: pgettext_lazy("alarm load", "most alarms in ten minutes"),
    LoadKind.FLOOD_SHARE: pgettext_lazy("alarm load", "share of the time in a flood"),
    LoadKind.STANDING: pgettext_lazy("alarm load", "standing alarms"),
    LoadKind.CHATTERING: pgettext_lazy("alarm load", "chattering points"),
    LoadKind.SHARE_OF_TOP: pgettext_lazy("alarm load", "share of the most frequent points"),
    LoadKind.RED: pgettext_lazy("alarm load", "share of red alarms"),
    LoadKind.ORANGE: pgettext_lazy("alarm load", "share of orange alarms"),
    LoadKind.YELLOW: pgettext_lazy("alarm load", "share of yellow alarms"),
}
SHARES: Final = (LoadKind.FLOOD_SHARE, LoadKind.SHARE_OF_TOP, LoadKind.RED, LoadKind.ORANGE, LoadKind.YELLOW)
ON_TOP_NAMES: Final[dict[OnTop, Promise]] = {
    OnTop.FIRST: pgettext_lazy("why an alarm is on top", "the first of the burst"),
    OnTop.UPSTREAM: pgettext_lazy("why an alarm is on top", "upstream of those that rang with it"),
    OnTop.SAFETY: pgettext_lazy("why an alarm is on top", "of a safety function"),
    OnTop.HIGHEST: pgettext_lazy("why an alarm is on top", "highest level"),
    OnTop.GRAVER: pgettext_lazy("why an alarm is on top", "graver than what it follows from"),
    OnTop.MANY: pgettext_lazy("why an alarm is on top", "others follow from it"),
}
BENEATH_NAMES: Final[dict[Beneath, Promise]] = {
    Beneath.SAME_PLACE: pgettext_lazy("why an alarm is folded", "same equipment"),
    Beneath.DOWNSTREAM: pgettext_lazy("why an alarm is folded", "downstream"),
}
