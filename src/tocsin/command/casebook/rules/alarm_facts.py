"""What the rules know of an alarm, and why it is in its case."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from tocsin.command.casebook.rules.gathering_figures import Gathering


MS_PER_HOUR = 3_600_000


LOST = "lost"  # the rule of an alarm of a gateway or station


Figure = float | int | str


class Reason(StrEnum):
    """Why an alarm is in its case. The first three are no findings; the others are told in this order where several hold."""

    OPENED = "opened"  # the case began with it
    BY_PERSON = "by_person"
    SAME_POINT = "same_point"  # it rings again where a case was closed lately
    SHARED_STATION = "shared_station"
    SHARED_GATEWAY = "shared_gateway"
    SAME_PLACE = "same_place"
    SAME_SEGMENT = "same_segment"
    SAME_CAUSE = "same_cause"
    DOWNSTREAM_OF = "downstream_of"
    WITHIN_TRAVEL_TIME = "within_travel_time"
    SAME_STORM = "same_storm"


@dataclass(frozen=True)
class Cause:
    """One hypothesis of a diagnosis: what, where, how likely, and since when. `asset_code` is empty without a place."""

    cause: str
    probability: float
    asset_code: str = ""
    lon: float | None = None
    lat: float | None = None
    onset_ms: int | None = None


@dataclass(frozen=True)
class AlarmFacts:
    """What gathering knows of an alarm. `asset_code` and `device` are its sensor's; `hypotheses` best first, if it has any.

    `lost_with`: the code of the gateway or station whose loss explains it or that it is itself, with `lost_kind` saying which.
    """

    id: UUID
    raised_ms: int
    lon: float | None
    lat: float | None
    asset_code: str = ""
    device: str = ""
    rule: str = ""
    hypotheses: tuple[Cause, ...] = ()
    lost_with: str = ""
    lost_kind: str = ""  # gateway, station

    @property
    def first(self) -> Cause | None:
        """The likeliest cause."""
        return self.hypotheses[0] if self.hypotheses else None

    def is_of_instruments(self, policy: "Gathering", *, time_enough: bool) -> bool:
        """Whether it tells of a lost gateway or station, or, where its level leaves `time_enough`, of an instrument that its
        diagnosis has decided to be at fault. Above a limit of the upper levels it is a danger until a person says otherwise.
        """
        if self.rule == LOST:
            return True
        share = sum(one.probability for one in self.hypotheses if one.cause in policy.instrument_causes)
        return time_enough and share > policy.contrary_probability

    def share_of(self, cause: str) -> float:
        """The probability that all hypotheses of this cause have together."""
        return sum(one.probability for one in self.hypotheses if one.cause == cause)


@dataclass(frozen=True)
class Join:
    """The verdict that two alarms belong together: the reason with its figures."""

    reason: Reason
    figures: Mapping[str, Figure] = field(default_factory=dict)
