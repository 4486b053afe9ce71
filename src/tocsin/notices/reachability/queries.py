"""How many contact points of each organisation answered the monthly drill in time, and which did not."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may_anywhere, scope
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.messages.rules import rights
from tocsin.notices.messages.rules.fates import REACHABILITY

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

PREFIX = "reach-"
MONTH = len("2026-11")


@dataclass
class Reached:
    """Of one organisation in one month: contact points asked, those that answered in time, and those that did not."""

    organisation: str
    asked: int = 0
    answered: int = 0
    silent: list[Sending] = field(default_factory=list)

    @property
    def percent(self) -> int:
        """Answered of asked."""
        return round(100 * self.answered / self.asked) if self.asked else 0


def require_reader(user: "Person") -> None:
    """Returns for who sees cases somewhere; NotAllowed for others."""
    if not may_anywhere(user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you cases."))


def key_of(month: str) -> str:
    """What the keys of a month's notices begin with."""
    return f"{PREFIX}{month}-"


def months(*, limit: int = 24) -> list[str]:
    """The months in which a drill was held, the newest first."""
    keys = Notice.objects.filter(purpose=REACHABILITY).order_by("-written_at").values_list("key", flat=True)
    found: dict[str, None] = {}
    for key in keys.iterator():
        found.setdefault(key[len(PREFIX) : len(PREFIX) + MONTH])
        if len(found) >= limit:
            break
    return list(found)


def reached(user: "Person", month: str) -> list[Reached]:
    """By organisation, those that answered least first. Answered is what a person did in time: signed, pressed a key, was reached
    by telephone; that a gateway took the message is no answer.
    """
    rows = scope(Notice.objects.filter(key__startswith=key_of(month)), user, rights.SEE)
    found: dict[object, Reached] = {}
    for notice in rows.select_related("organisation", "person").prefetch_related("sendings"):
        one = found.setdefault(notice.organisation_id, Reached(str(notice.organisation)))
        one.asked += 1
        way = notice.sendings.all()[0]
        called = way.channel == "telephone" and way.fate == Fate.DELIVERED and way.sent_at and way.sent_at <= notice.deadline
        if called or (notice.signed_at and notice.signed_at <= notice.deadline):
            one.answered += 1
        else:
            one.silent.append(way)
    return sorted(found.values(), key=lambda one: (one.percent, one.organisation))
