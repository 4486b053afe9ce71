"""What the public and its officers do, each act at its moment: the days before the story at once, then by the clock."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone, translation

from tocsin.base.errors import Refusal, Unavailable
from tocsin.base.time import Clock, ms_from_datetime


@dataclass(frozen=True)
class Act:
    """One thing that somebody does. `by_officer`: nobody does it in a demonstration that is played by hand."""

    at: datetime
    do: Callable[[datetime], object]
    tells: str = ""
    by_officer: bool = True


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Inside the block the judging clock of this process shows that moment, so that services write the time at which it was."""
    before = settings.CONFIGURATION
    clock = Clock(ms_from_datetime(moment), ms_from_datetime(timezone.now()), 1.0)
    settings.CONFIGURATION = dataclasses.replace(before, clock=clock)
    try:
        yield
    finally:
        settings.CONFIGURATION = before


def play(acts: Iterable[Act], say: Callable[[str], None], *, aloud: bool = True) -> int:
    """Does these acts in the order of their time, each at its moment; what is refused is told and left. Returns how many.

    `aloud`: what is done is told, too.
    """
    count = 0
    for act in sorted(acts, key=lambda one: one.at):
        with standing_at(act.at), translation.override("zh-hans"):
            try:
                act.do(act.at)
            except (Refusal, Unavailable, ObjectDoesNotExist) as error:  # somebody else has done it meanwhile, or changed it
                say(f"{timezone.localtime(act.at):%m-%d %H:%M}  left out: {act.tells or 'a step of the story'} ({error})")
                continue
        if act.tells and aloud:
            say(f"{timezone.localtime(act.at):%m-%d %H:%M}  {act.tells}")
        count += 1
    return count
