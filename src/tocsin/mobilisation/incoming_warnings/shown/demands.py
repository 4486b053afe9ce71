"""Who was asked about a warning, and what came back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from ninja import Field, Schema

from tocsin.mobilisation.incoming_warnings.policy import incoming_policy
from tocsin.mobilisation.incoming_warnings.rules.states import OVER
from tocsin.mobilisation.incoming_warnings.shown.notices import exposed_words
from tocsin.supervision.face import FirmAnswer, firm_answers

if TYPE_CHECKING:
    from tocsin.mobilisation.incoming_warnings.models import WarningDemand

WHO_NAMES: Final[dict[str, Promise]] = {
    "desk": pgettext_lazy("who is warned", "duty rooms"),
    "owner": pgettext_lazy("who is warned", "owners of networks and sensors"),
    "firm": pgettext_lazy("who is warned", "firms"),
}
STATE_NAMES: Final[dict[str, Promise]] = {
    "open": pgettext_lazy("state of a demand", "waits"),
    "done": pgettext_lazy("state of a demand", "answered"),
    "late": pgettext_lazy("state of a demand", "not in time"),
    "over": pgettext_lazy("state of a demand", "closed: the warning is over"),
    "outside": pgettext_lazy("state of a demand", "closed: no longer in the area"),
}
CSS: Final = {"done": "good", "late": "bad"}


class WarningDemandOut(Schema):
    """What one of them has to do about a warning, by when, and whether it was answered."""

    id: UUID
    warning_id: UUID
    who: str = Field(description="desk, owner, firm")
    who_name: str
    name: str
    region_code: str
    do: str
    exposed: str = Field(description="what of theirs lies in the area, in words")
    level: str
    asked_at: datetime
    due_at: datetime
    state: str = Field(description="open, done, late, over, outside: of an area that shrank")
    state_name: str
    done_at: datetime | None
    done_by: str
    words: str

    @property
    def css(self) -> str:
        """How a page marks it."""
        return CSS.get(self.state, "")


class DemandCountOut(Schema):
    """Of one kind of recipients: asked, answered, not in time."""

    who: str
    who_name: str
    asked: int
    done: int
    late: int


def describe_demands(demands: "Iterable[WarningDemand]", now: datetime) -> list[WarningDemandOut]:
    """With the answers of firms as their tasks have them now."""
    rows = list(demands)
    answers = firm_answers([one.task_id for one in rows if one.task_id])
    return [_describe(one, answers.get(one.task_id) if one.task_id else None, now) for one in rows]


def count_demands(demands: Sequence[WarningDemandOut]) -> list[DemandCountOut]:
    """By kind of recipients, in their order."""
    found = []
    for who, words in WHO_NAMES.items():
        states = [one.state for one in demands if one.who == who]
        if states:
            counts = {"asked": len(states), "done": states.count("done"), "late": states.count("late")}
            found.append(DemandCountOut(who=who, who_name=str(words), **counts))
    return found


def _ended(demand: "WarningDemand") -> str:
    return demand.ended_why or OVER


def _describe(demand: "WarningDemand", answer: FirmAnswer | None, now: datetime) -> WarningDemandOut:
    from_task = answer is not None and answer.done
    done_at = answer.done_at if answer is not None and from_task else demand.done_at
    state = "done" if done_at else _ended(demand) if demand.ended_at else "late" if demand.due_at <= now else "open"
    measure = incoming_policy(demand.warning.service.region_code).measure_named(demand.measure)
    chinese = (get_language() or "zh").startswith("zh")
    return WarningDemandOut(
        id=demand.pk,
        warning_id=demand.warning_id,
        who=demand.who,
        who_name=str(WHO_NAMES[demand.who]),
        name=str(demand.object or demand.organisation or ""),
        region_code=demand.region_code,
        do="" if measure is None else measure.zh if chinese else measure.en,
        exposed=exposed_words(demand.exposed),
        level=demand.level,
        asked_at=demand.asked_at,
        due_at=demand.due_at,
        state=state,
        state_name=str(STATE_NAMES[state]),
        done_at=done_at,
        done_by=answer.done_by if answer is not None and from_task else demand.done_as,
        words=answer.words if answer is not None and from_task else demand.words,
    )
