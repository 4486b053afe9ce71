"""How whoever answers for a body can be told, and what they were told already, in words."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.atlas.exposure.models import ExposedBody
from tocsin.atlas.exposure.queries.telling import Occasion, Told, may_tell, newest_told, reach, told_lately
from tocsin.atlas.exposure.rules import TOLD_BY, Reach
from tocsin.atlas.exposure.shown.bodies import kind_name
from tocsin.notices.face import NoticeOut, describe_notice

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

REACH_NAMES: Final[dict[Reach, Promise]] = {
    Reach.MESSAGE: pgettext_lazy("how a body is told", "text message; a person dials where nobody has heard it"),
    Reach.CALL: pgettext_lazy("how a body is told", "a person dials: it waits on the list of calls"),
    Reach.NO_NUMBER: pgettext_lazy("how a body is told", "no telephone number is registered: enter one on its page"),
    Reach.NOT_A_NUMBER: pgettext_lazy(
        "how a body is told", "what is registered is no number that can be dialled: correct it on its page"
    ),
    Reach.GONE: pgettext_lazy("how a body is told", "it is there no longer"),
    Reach.ELSEWHERE: pgettext_lazy(
        "how a body is told", "it lies in a region for which you don't handle cases: ask its duty desk"
    ),
}


class BodyToTellOut(Schema):
    """One body: whether and how those who answer for it can be told, and the newest notice that they were given."""

    id: UUID
    name: str
    kind_name: str
    contact: str
    telephone: str
    reach: str = Field(description=f"one of {', '.join(Reach)}")
    reach_name: str
    can_be_told: bool
    last: NoticeOut | None = Field(description="because of this occasion, or the newest of any where none is named")


class BodyToldOut(Schema):
    """What came of telling one body."""

    id: UUID
    name: str
    reach: str
    reach_name: str
    known: bool = Field(description="the same words had been told already: nothing was sent again")
    notice: NoticeOut | None


def describe_to_tell(user: "Person", bodies: Iterable[ExposedBody], occasion: Occasion | None = None) -> list[BodyToTellOut]:
    """Each of these bodies, in their order."""
    found = list(bodies)
    mine = [one.pk for one in found if may_tell(user, one.region_code)]
    told = told_lately(mine, occasion.subject.id if occasion else None)
    rows = []
    for one in found:
        how = reach(user, one)
        rows.append(
            BodyToTellOut(
                id=one.pk,
                name=one.name,
                kind_name=kind_name(one.kind),
                contact=one.contact,
                telephone=one.telephone,
                reach=how,
                reach_name=str(REACH_NAMES[how]),
                can_be_told=how in TOLD_BY,
                last=describe_notice(told[one.pk], user) if one.pk in told else None,
            )
        )
    return rows


def describe_told(user: "Person", told: "Iterable[Told]") -> list[BodyToldOut]:
    """What came of each."""
    return [
        BodyToldOut(
            id=one.body.pk,
            name=one.body.name,
            reach=one.reach,
            reach_name=str(REACH_NAMES[one.reach]),
            known=one.known,
            notice=describe_notice(one.notice, user) if one.notice else None,
        )
        for one in told
    ]


def notices_to(user: "Person", body: ExposedBody) -> list[NoticeOut]:
    """What those who answer for the body were told, the newest first; nothing for who may not tell them."""
    if not may_tell(user, body.region_code):
        return []
    return [describe_notice(one, user) for one in newest_told(body.pk)]
