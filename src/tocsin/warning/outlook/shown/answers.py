"""What could happen next and what to close, in the shape in which pages and programs read it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from ninja import Field, Schema

from tocsin.base.levels import AlarmLevel
from tocsin.warning.outlook.policy import HAZARDS


class StepOut(Schema):
    link: str
    words: str
    asset_code: str
    metres: float
    probability: float = Field(description="given the step before")


class RiskOut(Schema):
    """A hazard at a site, joined over the causes of this alarm and the other open alarms near by. No finding."""

    event: str
    label: str
    probability: float
    likelihood: str
    level: int = Field(description="by expected harm: 0 none, 1 blue to 4 red")
    expected_harm: float = Field(description="persons: probability times people times the share hurt")
    asset_code: str
    asset_id: UUID | None
    place: str
    distance_m: int | None
    lon: float
    lat: float
    radius_m: float
    earliest_ms: int
    likely_ms: int
    latest_ms: int
    when: str
    people: int
    exposed: str
    named: list[str]
    causes: list[str]
    chain: str
    steps: list[StepOut]
    couplings: list[str]
    coupling_words: list[str]
    seen: list[str]
    missing: list[str] = Field(description="precursors that nothing there measures: ask")

    @property
    def level_class(self) -> str:
        """The level's class of style."""
        return AlarmLevel(self.level).name.lower()


class ValveOut(Schema):
    number: int
    code: str
    kind: str
    name: str
    asset_id: UUID | None
    lon: float
    lat: float


class PlanOut(Schema):
    title: str
    valves: Sequence[ValveOut]
    lines: int
    line_codes: list[str]
    houses: int
    people: int
    named: list[str]
    loss: str


class IsolationOut(Schema):
    """What to close if that cause is right."""

    cause: str
    label: str
    asset_code: str
    utility: str
    utility_name: str
    plans: Sequence[PlanOut] = Field(
        description="the fewest valves, then the least loss of service; empty where valves can't do it"
    )


class CordonOut(Schema):
    lon: float
    lat: float
    radius_m: float
    evacuate: bool
    pct_lel: float
    people: int
    houses: int
    named: list[str]
    sentence: str


class OutlookOut(Schema):
    at: datetime
    risks: list[RiskOut]
    isolation: list[IsolationOut]
    cordon: CordonOut | None = Field(description="a first rough zone that is advised, no finding")

    @property
    def kinds(self) -> "list[KindOfHazard]":
        """Of each kind of hazard the site to look at first."""
        kinds: dict[str, KindOfHazard] = {}
        for one in self.risks:
            if one.event in kinds:
                kinds[one.event].others += 1
            else:
                kinds[one.event] = KindOfHazard(**dict(one), others=0)
        return list(kinds.values())[: HAZARDS.current().most_shown]


class KindOfHazard(RiskOut):
    """The site of a kind of hazard to look at first; `others`: how many more there are."""

    others: int
