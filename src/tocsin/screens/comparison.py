"""A number beside the same number of the period before, in words: "4 fewer than the week before".

Nothing is compared where the past is shorter than the period: a city that began last Friday has no week before.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.contrib.auth import get_user_model
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tocsin.screens.words import duration_words


class Period(StrEnum):
    """What the earlier number is of."""

    WEEK = "week"  # the seven days before, up to the same hour of the same weekday
    WEEK_AGO = "week_ago"  # as it stood on that day a week ago
    MONTH = "month"  # as much of the month before


@dataclass(frozen=True)
class _Words:
    more: Promise
    fewer: Promise
    same: Promise


_NUMBERS: Final = {
    Period.WEEK: _Words(
        pgettext_lazy("comparison", "%(number)s more than the week before"),
        pgettext_lazy("comparison", "%(number)s fewer than the week before"),
        pgettext_lazy("comparison", "as many as the week before"),
    ),
    Period.WEEK_AGO: _Words(
        pgettext_lazy("comparison", "%(number)s more than a week ago"),
        pgettext_lazy("comparison", "%(number)s fewer than a week ago"),
        pgettext_lazy("comparison", "as many as a week ago"),
    ),
    Period.MONTH: _Words(
        pgettext_lazy("comparison", "%(number)s more than the month before"),
        pgettext_lazy("comparison", "%(number)s fewer than the month before"),
        pgettext_lazy("comparison", "as many as the month before"),
    ),
}
_TIMES: Final = _Words(
    pgettext_lazy("comparison", "%(time)s longer than the month before"),
    pgettext_lazy("comparison", "%(time)s shorter than the month before"),
    pgettext_lazy("comparison", "as long as the month before"),
)
TOO_EARLY: Final = pgettext_lazy("comparison", "no comparison yet: the past is too short")
_NONE: Final = pgettext_lazy("comparison", "none the month before")


def compare_numbers(this: int, before: int | None, period: Period) -> str:
    """By how much the number differs from that of the period before; `before` None: the past does not reach so far."""
    if before is None:
        return str(TOO_EARLY)
    words = _NUMBERS[period]
    if this == before:
        return str(words.same)
    return str(words.more if this > before else words.fewer) % {"number": f"{abs(this - before):,}"}


def compare_times(this_s: float | None, before_s: float | None) -> str:
    """By how much a time in seconds differs from that of the month before. Of a time that there was in one of the months alone
    nothing is said of longer or shorter.
    """
    if before_s is None:
        return str(_NONE)
    if this_s is None:
        return ""
    if round(this_s) == round(before_s):
        return str(_TIMES.same)
    return str(_TIMES.more if this_s > before_s else _TIMES.fewer) % {"time": duration_words(abs(this_s - before_s))}


def has_begun_before(moment: datetime) -> bool:
    """Whether this installation had people by then: what it counts of that time is all that happened."""
    return get_user_model()._default_manager.filter(date_joined__lte=moment).exists()
