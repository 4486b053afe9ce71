"""How a desk, a post or a person is reached: which of their points, in which order, at this hour and this urgency."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from uuid import UUID

from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.areas.rules.hours import ALWAYS, IsWorkingDay, WeekHours, monday_to_friday

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


SCREEN: Final = "screen"
TELEPHONE: Final = "telephone"  # dialled by a person
_NUMBER: Final = re.compile(r"\+?[0-9(][0-9() -]{1,38}[0-9]")
_MOBILE: Final = re.compile(r"(?:0{0,2}86)?1[3-9][0-9]{9}")
LONG: Final = 10  # digits: a short number of an office may begin with two zeros, too
_STEP: Final = timedelta(minutes=30)
_STEPS_OF_WEEK: Final = 7 * 48


def is_number(address: str) -> bool:
    """Whether the address can be dialled."""
    return _NUMBER.fullmatch(address) is not None


def is_within(number: str, *, countries: Iterable[str], prefixes: Iterable[str] = ()) -> bool:
    """Whether a number is of these countries, and where prefixes are given begins with one of them behind its country.

    >>> is_within("+86 139 0000 1234", countries=["86"], prefixes=["1"]), is_within("0044 161 496 0000", countries=["86"])
    (True, False)
    """
    digits = "".join(sign for sign in number if sign.isdigit())
    if number.strip().startswith("+") or (digits.startswith("00") and len(digits) >= LONG):
        told = digits.removeprefix("00")
        country = next((one for one in countries if told.startswith(one)), None)
        if country is None:
            return False
        digits = told.removeprefix(country)
    wanted = tuple(prefixes)
    return not wanted or digits.startswith(wanted)


def is_mobile(number: str, *, countries: Iterable[str]) -> bool:
    """Whether it is a mobile number of China: eleven digits from 13 to 19, with or without the country before them.

    >>> is_mobile("+86 139 0000 1234", countries=["86"]), is_mobile("0532 1234 5678", countries=["86"])
    (True, False)
    """
    digits = "".join(sign for sign in number if sign.isdigit())
    return is_within(number, countries=countries) and _MOBILE.fullmatch(digits) is not None


def last_digits(number: str) -> str:
    """So much of a number that whoever knows it recognises it.

    >>> last_digits("139 0000 1234")
    '…1234'
    """
    return f"…{''.join(sign for sign in number if sign.isdigit())[-4:]}"


def host_of(address: str) -> str:
    """The host alone of a web or mail address: what stands beside it may be a key.

    >>> host_of("https://robot.example.org/send?key=1"), host_of("li.jing@example.org")
    ('robot.example.org', '…@example.org')
    """
    if "://" in address:
        return urlsplit(address).hostname or ""
    return f"…@{address.rpartition('@')[2]}" if "@" in address else ""


def name_alone(address: str) -> str:
    """A name of our own settings; nothing of an address, which may be a key as a whole.

    >>> name_alone("duty group"), name_alone("wecom://key")
    ('duty group', '')
    """
    return "" if "://" in address else address


def unseen(address: str) -> str:
    """Nothing of it."""
    return ""


@dataclass(frozen=True)
class ContactKind:
    """A kind of contact points: what it is called and what its addresses are like.

    `words` name the kind among contact points, `channel` the way that a notice took. `dialled`: the address is a number. `open`:
    the address is no key to anything, so it may stand in the telephone book and the audit trail. `short`: what everybody else may
    read of an address, so that they know where a notice went. `coded`: who enters it for themselves types back a code sent there;
    not where a person dials, or the browser is the proof. `signing_key`: by which a contact point's receiver checks what comes.
    """

    code: str
    words: "StrPromise | str"
    channel: "StrPromise | str"
    is_address: Callable[[str], bool] = bool
    dialled: bool = False
    open: bool = False
    short: Callable[[str], str] = unseen
    coded: bool = True
    signing_key: Callable[[UUID], str] | None = None


@dataclass(frozen=True)
class ContactPoint:
    """One way to reach somebody; `hours` are local, `checked_at` is when it was last known to work."""

    kind: str
    address: str
    order: int = 0
    hours: WeekHours = ALWAYS
    checked_at: datetime | None = None
    id: UUID | None = None


@dataclass(frozen=True)
class Preference:
    """What a person chose: kinds of contact points by alarm level, in order, and hours in which lower levels stay silent."""

    kinds: Mapping[AlarmLevel, tuple[str, ...]] = field(default_factory=dict)
    quiet: WeekHours | None = None


class ChoiceReason(StrEnum):
    """Why these points and not others."""

    IN_HOURS = "in_hours"
    PREFERRED = "preferred"
    URGENT = "urgent"  # quiet hours and choices do not count at this level
    OUT_OF_HOURS = "out_of_hours"  # no point is in its hours, so all are tried rather than none
    QUIET = "quiet"  # the person's quiet hours: told afterwards
    NO_POINT = "no_point"  # nothing is known by which to reach them


@dataclass(frozen=True)
class Choice:
    """The points to use now, in order, and why; none for QUIET and NO_POINT."""

    points: tuple[ContactPoint, ...]
    reason: ChoiceReason


def choose_points(
    points: Iterable[ContactPoint],
    *,
    level: AlarmLevel,
    local: datetime,
    preference: Preference | None = None,
    urgent_from: AlarmLevel = AlarmLevel.ORANGE,
    is_working_day: IsWorkingDay = monday_to_friday,
    order: Sequence[str] = (),
) -> Choice:
    """Which points are used for a matter of this level at this local time.

    From `urgent_from` on a person's quiet hours are passed over and points that the person did not choose are tried after the
    chosen ones. Below it a choice is kept, unless nothing chosen exists; who chose the screen alone is told by nothing else.
    What nobody chose is in the `order` of kinds that the installation has; without one, and within a kind, as it was entered.
    """
    known = tuple(sorted(points, key=lambda point: (order.index(point.kind) if point.kind in order else len(order), point.order)))
    if not known:
        return Choice((), ChoiceReason.NO_POINT)
    urgent = level >= urgent_from
    if not urgent and preference is not None and preference.quiet and preference.quiet.holds(local, is_working_day):
        return Choice((), ChoiceReason.QUIET)
    in_hours = tuple(point for point in known if point.hours.holds(local, is_working_day))
    kinds = preference.kinds.get(level, ()) if preference is not None else ()
    chosen = _by_choice(in_hours, kinds)
    if urgent:
        others = tuple(point for point in in_hours if point not in chosen)
        return Choice((*chosen, *others), ChoiceReason.URGENT) if in_hours else Choice(known, ChoiceReason.OUT_OF_HOURS)
    if chosen or kinds == (SCREEN,):
        return Choice(chosen, ChoiceReason.PREFERRED)
    return Choice(in_hours, ChoiceReason.IN_HOURS) if in_hours else Choice(known, ChoiceReason.OUT_OF_HOURS)


@dataclass(frozen=True)
class Foreseen:
    """What would be used for one level: at an hour that is not quiet, and in the quiet hours (None where there are none)."""

    level: AlarmLevel
    awake: Choice
    quiet: Choice | None


def foresee(
    points: Iterable[ContactPoint],
    preference: Preference | None,
    *,
    local: datetime,
    is_working_day: IsWorkingDay = monday_to_friday,
    order: Sequence[str] = (),
) -> tuple[Foreseen, ...]:
    """What a person's choice means, the highest level first: `choose_points` at the next hours that are quiet and not quiet."""
    known = tuple(points)
    quiet = preference.quiet if preference is not None else None
    week = [local + _STEP * step for step in range(_STEPS_OF_WEEK)]
    awake_at = next((one for one in week if quiet is None or not quiet.holds(one, is_working_day)), local)
    quiet_at = next((one for one in week if quiet is not None and quiet.holds(one, is_working_day)), None)

    def choice(level: AlarmLevel, at: datetime) -> Choice:
        return choose_points(known, level=level, local=at, preference=preference, is_working_day=is_working_day, order=order)

    return tuple(
        Foreseen(level, choice(level, awake_at), None if quiet_at is None else choice(level, quiet_at))
        for level in sorted(AlarmLevel, reverse=True)
        if level
    )


def _by_choice(points: tuple[ContactPoint, ...], kinds: tuple[str, ...]) -> tuple[ContactPoint, ...]:
    """The points of the chosen kinds, in the order of the choice."""
    return tuple(point for kind in kinds for point in points if point.kind == kind)
