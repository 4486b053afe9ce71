"""Because of what bodies are told, how each can be told, and what they were told already."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from tocsin.atlas.exposure.models import ExposedBody
from tocsin.atlas.exposure.queries.bodies import visible_bodies
from tocsin.atlas.exposure.rules import Reach, reach_of
from tocsin.jurisdiction.contacts.rules import is_number
from tocsin.jurisdiction.face import may, takes_messages
from tocsin.jurisdiction.rights.rules import Permission
from tocsin.notices.face import Notice, channels_set_up, notices_asking, with_sendings
from tocsin.notices.messages.rules.subjects import Subject

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

TELL: Final[Permission] = "cases.handle"
ACT_KIND: Final = "exposed_body"
MESSAGE_CHANNEL: Final = "sms"
MOST_SHOWN: Final = 20
MOST_BODIES: Final = 100  # that are told by one press


@dataclass(frozen=True)
class Occasion:
    """Because of what bodies are told: a case, a warning. `words`: what is proposed as the message; `place`: from where distances
    are told; `refused`: why nobody may be told because of it, empty where that is not so.
    """

    subject: Subject
    page: str
    words: str = ""
    place: tuple[float, float] | None = None
    refused: str = ""


@dataclass(frozen=True)
class Told:
    """What came of one body: the notice, or why there is none. `known`: it had been told the same already."""

    body: ExposedBody
    reach: Reach
    notice: Notice | None = None
    known: bool = False


type FindOccasion = Callable[["Person", UUID], Occasion]
"""By its id, as the subject above tells it; DoesNotExist for one that the user may not see. Named in `TELLING_OCCASIONS`."""


def occasion_of(user: "Person", about: str) -> Occasion | None:
    """The occasion `kind:id`; None for an empty or an unknown one."""
    kind, _colon, identity = about.partition(":")
    finder = settings.TELLING_OCCASIONS.get(kind)
    if finder is None:
        return None
    try:
        key = UUID(identity)
    except ValueError:
        return None
    find: FindOccasion = import_string(finder.replace(":", "."))
    return find(user, key)


def may_tell(user: "Person", region_code: str) -> bool:
    """Whether the user may tell bodies of this region."""
    return may(user, TELL, region_code)


def bodies_to_tell(user: "Person", ids: Iterable[UUID]) -> list[ExposedBody]:
    """The bodies among these that the user sees, in the order in which they were named."""
    named = list(dict.fromkeys(ids))[:MOST_BODIES]
    rows = {one.pk: one for one in visible_bodies(user, closed=True).filter(pk__in=named)}
    return [rows[key] for key in named if key in rows]


def reach(user: "Person", body: ExposedBody) -> Reach:
    """How the user can tell whoever answers for the body."""
    number = body.telephone.strip()
    return reach_of(
        number,
        active=body.active,
        mine=may_tell(user, body.region_code),
        dialled=is_number(number),
        messages=MESSAGE_CHANNEL in channels_set_up() and takes_messages(number),
    )


def told_lately(ids: Iterable[UUID], subject_id: UUID | None = None) -> Mapping[UUID, Notice]:
    """By body the newest notice that it was given, with its sendings; `subject_id`: because of this alone."""
    rows = notices_asking(ACT_KIND, list(ids))
    if subject_id is not None:
        rows = rows.filter(subject_id=subject_id)
    return {one.act_id: one for one in with_sendings(rows) if one.act_id is not None}


def newest_told(body_id: UUID) -> list[Notice]:
    """The last notices that whoever answers for the body was given, the newest first."""
    return list(with_sendings(notices_asking(ACT_KIND, [body_id])).reverse()[:MOST_SHOWN])
