"""Who is told of a case, and as what: facts in, recipients with their reasons out.

Always and together: the owner of the symptom, the owners of the likely causes, the industry department, the local government;
more by policy. A body that is concerned twice is told once, for its first reason, and hears of every cause that is its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal

import msgspec

from tocsin.base.levels import AlarmLevel, LevelName


class Purpose(StrEnum):
    """What a notice of a case, of its orders or of its desk is for."""

    TOLD = "told"  # a case has begun, or what is known of it has changed
    ORDER = "order"  # an order to sign for
    LEAD = "lead"  # a unit with a running order leads from now on
    STAND_BY = "stand_by"  # others dig beside your pipes
    REMIND = "remind"  # 催办
    ESCALATE = "escalate"  # a clock has run out: the superior, the leader
    SUPERVISE = "supervise"  # 督办
    REPORT = "report"  # upward
    CLOSING = "closing"  # a second person agrees how a case ended
    HANDOVER = "handover"
    CHECK_IN = "check_in"
    QUALITY = "quality"  # the week's noisy rules


class Why(StrEnum):
    """As what somebody is told, in the order in which it counts."""

    SYMPTOM_OWNER = "symptom_owner"  # 权属单位 of what rings
    LIKELY_CAUSE_OWNER = "likely_cause_owner"
    INDUSTRY_DEPARTMENT = "industry_department"  # 行业主管部门
    LOCAL_GOVERNMENT = "local_government"  # 属地
    CITY_DUTY = "city_duty"
    FIRE_AND_RESCUE = "fire_and_rescue"
    TRAFFIC_POLICE = "traffic_police"
    MONITORING_CENTRE = "monitoring_centre"
    NEIGHBOUR = "neighbour"  # others dig beside its pipes
    UNIT = "unit"  # it holds the order
    CREW = "crew"
    ON_DUTY = "on_duty"
    ON_CALL = "on_call"
    DESK = "desk"
    SUPERIOR = "superior"
    LEADER = "leader"
    INSPECTION = "inspection"  # 督办
    PROPOSER = "proposer"  # a second person has answered
    LEVEL_ABOVE = "level_above"  # handed upward by the leader on duty


OWNER: Final = "owner"
DEPARTMENT: Final = "department"
GOVERNMENT: Final = "government"


@dataclass(frozen=True)
class LikelyCause:
    """One cause of the diagnosis: whose it would be (a code of an organisation) and how likely it is."""

    cause: str
    owner: str
    probability: float
    asset_code: str = ""


@dataclass(frozen=True)
class RoutingFacts:
    """What routing knows of a case. `lifelines`: those of the object that rings; `concerns`: the one that the case is about, by
    what was measured or by what a person said; `trade`: of the firm that it is about; `competent`: the code of the body that
    supervises that firm; `causes` are likeliest first.
    """

    level: AlarmLevel
    symptom_owner: str = ""
    lifelines: tuple[str, ...] = ()
    concerns: str = ""
    closed_space: bool = False
    causes: tuple[LikelyCause, ...] = ()
    trade: str = ""
    competent: str = ""


class Also(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bodies of a kind that are told from a level on; of these lifelines (none: of all), where asked in closed spaces only."""

    why: Why
    kind: Literal["owner", "department", "government", "rescue", "police", "centre", "other"]
    from_level: LevelName
    lifelines: tuple[str, ...]
    closed_space: bool

    def holds(self, facts: RoutingFacts) -> bool:
        """Whether the case is one of those."""
        return (
            facts.level >= AlarmLevel[self.from_level.upper()]
            and (not self.lifelines or facts.concerns in self.lifelines)
            and (facts.closed_space or not self.closed_space)
        )


class Routing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    least_probability: float
    closed_kinds: tuple[str, ...]
    lifeline_of_quantity: dict[str, str]
    also: tuple[Also, ...]


@dataclass(frozen=True)
class Recipient:
    """Somebody to be told: one body by its code, or whoever has this duty for a lifeline or trade (empty: for everything)."""

    why: Why
    code: str = ""
    kind: str = ""
    lifeline: str = ""
    causes: tuple[LikelyCause, ...] = ()
    trade: str = ""


def likely_causes(causes: Iterable[LikelyCause], least_probability: float) -> tuple[LikelyCause, ...]:
    """The causes whose owners are told: likely enough, and somebody's own."""
    return tuple(one for one in causes if one.owner and one.probability >= least_probability)


def recipients_of(facts: RoutingFacts, routing: Routing) -> tuple[Recipient, ...]:
    """Everybody concerned, each once, in the order of their reasons.

    Gas in a well concerns the gas company whoever owns the well: until a measurement excludes it, it is handled as a gas leak.
    """
    causes = likely_causes(facts.causes, routing.least_probability)
    found = []
    if facts.symptom_owner:
        found.append(Recipient(Why.SYMPTOM_OWNER, code=facts.symptom_owner))
    lifelines = list(facts.lifelines)
    if facts.concerns:
        found.append(Recipient(Why.SYMPTOM_OWNER, kind=OWNER, lifeline=facts.concerns))
        lifelines.append(facts.concerns)
    found += [Recipient(Why.LIKELY_CAUSE_OWNER, code=one.owner, causes=(one,)) for one in causes]
    found += [Recipient(Why.INDUSTRY_DEPARTMENT, kind=DEPARTMENT, lifeline=one) for one in lifelines]
    if facts.competent:
        found.append(Recipient(Why.INDUSTRY_DEPARTMENT, code=facts.competent))
    elif facts.trade:
        found.append(Recipient(Why.INDUSTRY_DEPARTMENT, kind=DEPARTMENT, trade=facts.trade))
    found.append(Recipient(Why.LOCAL_GOVERNMENT, kind=GOVERNMENT))
    found += [Recipient(rule.why, kind=rule.kind) for rule in routing.also if rule.holds(facts)]
    return _once_each(found)


def _once_each(recipients: Iterable[Recipient]) -> tuple[Recipient, ...]:
    first: dict[tuple[str, str, str, str, str], Recipient] = {}
    for one in recipients:
        beyond = one.why if one.why is Why.CITY_DUTY else ""  # not the local government's duty room but those above it
        name = (one.code, one.kind, one.lifeline, one.trade, beyond)
        known = first.get(name)
        first[name] = one if known is None else replace(known, causes=(*known.causes, *one.causes))
    return tuple(first.values())


@dataclass(frozen=True)
class Told:
    """What one body has been told of a case so far."""

    level: AlarmLevel = AlarmLevel.NONE
    causes: frozenset[str] = frozenset()
    ever: bool = False
    ended: int = 0  # how often it has heard that the case is over


class Novelty(StrEnum):
    """Why somebody is told again."""

    FIRST = "first"
    RAISED = "raised"  # the level has risen
    CAUSE = "cause"  # a cause that is theirs has become likely


def novelty(told: Told, *, level: AlarmLevel, causes: Iterable[str]) -> Novelty | None:
    """What is new for a body that has been told that much; None where it knows everything. A fall is not told as news.

    >>> novelty(Told(AlarmLevel.RED, frozenset(["gas_main_leak"]), ever=True), level=AlarmLevel.ORANGE, causes=["gas_main_leak"])
    """
    if not told.ever:
        return Novelty.FIRST
    if level > told.level:
        return Novelty.RAISED
    return Novelty.CAUSE if set(causes) - told.causes else None
