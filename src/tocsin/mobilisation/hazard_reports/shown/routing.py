"""The routing table as pages and programs read it: bodies, trades, and the situations of the standard's list."""

from collections import Counter
from typing import TYPE_CHECKING, Final
from uuid import UUID

import numpy as np
from ninja import Field, Schema

from tocsin.engine.likeness import words_of
from tocsin.mobilisation.hazard_reports.policy.reports import kind_name
from tocsin.mobilisation.hazard_reports.policy.routing import RoutingPolicy, Situation, routing_policy
from tocsin.mobilisation.hazard_reports.shown.words import BAND_NAMES

if TYPE_CHECKING:
    from tocsin.mobilisation.hazard_reports.models import HazardReport

MOST_FOUND: Final = 12
MOST_PROPOSED: Final = 5
LEAST_SHARE: Final = 0.3  # of the pairs of signs


class SituationOut(Schema):
    """One situation of the standard's list."""

    code: str
    trade: str
    trade_name: str
    name: str = Field(description="in words")
    kind: str
    kind_name: str
    body: str = Field(description="code of the body that takes reports of it")
    body_name: str
    band: str = Field(description="of the reward: first, second, third, fourth")
    band_name: str


class ListedTradeOut(Schema):
    """One trade of the standard."""

    key: str
    name: str
    body: str
    body_name: str
    situations: int


class RouteOut(Schema):
    """Who takes reports of a kind of hazard or a trade; an empty one means every."""

    kind: str
    kind_name: str
    trade: str
    body: str
    body_name: str


class RoutingOut(Schema):
    """The table in force in a region."""

    status: str = Field(description="unverified, until a lawyer has confirmed it")
    situations_of_standard: int
    trades: list[ListedTradeOut]
    routes: list[RouteOut]
    situations: list[SituationOut]


class SlipOut(Schema):
    """What is wrong in one cell."""

    row: int
    column: str
    words: str


class ListImportOut(Schema):
    """What became of a file: a draft that waits for a second person, or what is wrong with it."""

    rows: int
    version_id: UUID | None = Field(description="the draft, under records/policy")
    lacking: int = Field(description="how many situations more the standard has")
    slips: list[SlipOut]


def describe_situation(one: Situation, policy: RoutingPolicy) -> SituationOut:
    """One row in words."""
    return SituationOut(
        code=one.code,
        trade=one.trade,
        trade_name=policy.trades[one.trade].name,
        name=one.name,
        kind=one.kind,
        kind_name=kind_name(one.kind) if one.kind else "",
        body=one.body,
        body_name=policy.bodies[one.body].name,
        band=one.band,
        band_name=str(BAND_NAMES[one.band]),
    )


def describe_routing(region_code: str = "", *, trade: str = "", q: str = "") -> RoutingOut:
    """The table, with the situations of a trade, or those in whose words all parts of `q` stand."""
    policy = routing_policy(region_code)
    counts = Counter(one.trade for one in policy.situation)
    parts = q.lower().split()
    found = [
        one
        for one in policy.situation
        if (not trade or one.trade == trade) and all(part in f"{one.code} {one.zh} {one.en}".lower() for part in parts)
    ]
    return RoutingOut(
        status=policy.status,
        situations_of_standard=policy.standard.situations,
        trades=[
            ListedTradeOut(
                key=one.key, name=one.name, body=one.body, body_name=policy.bodies[one.body].name, situations=counts[one.key]
            )
            for one in policy.trade
        ],
        routes=[
            RouteOut(
                kind=one.kind,
                kind_name=kind_name(one.kind) if one.kind else "",
                trade=policy.trades[one.trade].name if one.trade else "",
                body=one.body,
                body_name=policy.bodies[one.body].name,
            )
            for one in policy.route
        ],
        situations=[describe_situation(one, policy) for one in found],
    )


def find_situations(report: "HazardReport", sought: str) -> list[Situation]:
    """Situations of the region's list in which the words that are sought stand, or whose code begins so, the likeliest first.
    Nothing sought: those whose own words stand in the report's.
    """
    every = routing_policy(report.region_code).situation
    if sought:
        shares = [(1.0 if one.code.startswith(sought) else _share(sought, f"{one.zh} {one.en}"), one) for one in every]
    else:
        shares = [(max(_share(one.zh, report.text), _share(one.en, report.text)), one) for one in every]
    likely = sorted((pair for pair in shares if pair[0] >= LEAST_SHARE), key=lambda pair: -pair[0])
    return [one for _part, one in likely[: MOST_FOUND if sought else MOST_PROPOSED]]


def _share(part: str, whole: str) -> float:
    """Of the pairs of signs of one text the share that stands in another, 0 to 1."""
    wanted = words_of(part)
    count = int(np.bitwise_count(wanted).sum())
    return int(np.bitwise_count(wanted & words_of(whole)).sum()) / count if count else 0.0
