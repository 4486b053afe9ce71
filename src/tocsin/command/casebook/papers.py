"""Words of papers: everything a template shows is text, made here and in the descriptions that pages use, too."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tocsin.base.levels import AlarmLevel
from tocsin.base.percent import told_percent
from tocsin.screens.words import LEVEL_NAMES

type Fact = list[str | list[str]]
NOTHING = "–"


def moment(at: datetime | None) -> str:
    """A time to the minute by the clock on the wall; a dash for none."""
    return NOTHING if at is None else date_format(timezone.localtime(at), "Y-m-d H:i")


def second(at: datetime) -> str:
    """A time to the second, as a time line needs it."""
    return date_format(timezone.localtime(at), "m-d H:i:s")


def fact(name: str, told: str | Iterable[str] | None) -> Fact:
    """A name with its text, or with several lines; a dash where nothing is known."""
    if told is None or isinstance(told, str):
        return [name, told or NOTHING]
    return [name, list(told) or NOTHING]


def level_mark(level: int) -> dict[str, str]:
    """An alarm level in its shape, colour and words."""
    return {"name": AlarmLevel(level).name.lower(), "text": str(LEVEL_NAMES[level])}


def signature(role: str, name: str = "", at: datetime | None = None) -> dict[str, str]:
    """Room to sign, or who signed and when."""
    return {"role": role, "name": name, "at": moment(at) if at else ""}


def percent(probability: float) -> str:
    """A probability as people are told it."""
    return f"{told_percent(probability)} %"


def as_of(at: datetime) -> str:
    """What a figure or a map that changes says beside itself."""
    return _("As of %(moment)s") % {"moment": moment(at)}
