"""Hit rates of the causes that were shown, against what people found: by region and time, with counts."""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ninja import Field, Schema

from tocsin.base.geometry import distance_m
from tocsin.engine.diagnosis.hit_rates import Bin, CauseRates, Rates, Scored, Share, rate
from tocsin.engine.diagnosis.judge import UNKNOWN
from tocsin.warning.causes.policy.checks import CHECKS
from tocsin.warning.causes.shown.labels import cause_label
from tocsin.warning.diagnosis.models import Finding
from tocsin.warning.diagnosis.queries import findings as queries
from tocsin.warning.diagnosis.queries.priors import Taught, taught_in
from tocsin.warning.diagnosis.rules import NOT_FOUND, OTHER_CAUSE, ShownRanking

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


class ShareOut(Schema):
    hits: int
    of: int
    share: float | None
    low: float | None = Field(description="Wilson's 95 % interval")
    high: float | None
    too_few: bool


class BinOut(Schema):
    low: float
    high: float
    said: float | None
    right: ShareOut


class CauseRatesOut(Schema):
    cause: str
    label: str
    first: ShareOut
    first_three: ShareOut
    right_body: ShareOut
    named: ShareOut = Field(description="how often it was right when it was named first")


class RatesOut(Schema):
    first: ShareOut
    first_three: ShareOut
    right_body: ShareOut
    near: ShareOut = Field(description="right cause and within 100 m, of findings with a place")
    brier: float | None = Field(description="0 best, 2 worst")
    reliability: list[BinOut]
    causes: list[CauseRatesOut]


class HitRatesOut(Schema):
    region_code: str
    since: datetime | None
    findings: int
    not_found: int = Field(description="no cause was found: in no rate")
    never_shown: int = Field(description="nothing had been ranked: in no rate")
    few: int
    dispatched: RatesOut = Field(description="what was shown when the alarm was taken")
    last: RatesOut = Field(description="what was shown last, with measurements and answers")


class PriorOut(Schema):
    cause: str
    label: str
    shipped: float
    learnt: float
    findings: int


class PriorsOut(Schema):
    region_code: str
    findings: int
    enough: bool
    least_findings: int
    equivalent_findings: int
    floor: float
    most_factor: float
    reset_at: datetime | None
    reset_by: str | None
    reset_reason: str | None
    causes: list[PriorOut]


def hit_rates(user: "Person", *, region_code: str, since: datetime | None) -> HitRatesOut:
    """Rates for both moments over the findings that stand, and what was left out: no cause found, nothing shown."""
    findings = queries.standing_findings(user, region_code=region_code, since=since)
    found = [one for one in findings if one.cause != NOT_FOUND]
    return HitRatesOut(
        region_code=region_code,
        since=since,
        findings=len(findings),
        not_found=len(findings) - len(found),
        never_shown=sum(one.last is None for one in found),
        few=CHECKS.current().few,
        dispatched=describe_rates(rate(_scored(found, "dispatched"))),
        last=describe_rates(rate(_scored(found, "last"))),
    )


def _scored(findings: Sequence[Finding], moment: str) -> list[Scored]:
    shown = [(one, getattr(one, moment)) for one in findings]
    return [scored_by(one, ranking) for one, ranking in shown if ranking is not None]


def scored_by(finding: Finding, shown: ShownRanking) -> Scored:
    """A ranking (`ranking.shown_ranking`) beside what was found."""
    return Scored(
        truth=UNKNOWN if finding.cause == OTHER_CAUSE else finding.cause,
        ranking=tuple((cause, probability, owner) for cause, probability, owner in shown["ranking"]),
        owner=finding.owner,
        metres=_metres(shown, finding),
    )


def _metres(shown: ShownRanking, finding: Finding) -> float:
    """From the place named first to the place found; NaN where either has none."""
    if shown["lon"] is None or shown["lat"] is None or finding.lon is None or finding.lat is None:
        return math.nan
    return distance_m(shown["lon"], shown["lat"], finding.lon, finding.lat)


def describe_rates(rates: Rates) -> RatesOut:
    """Rates for an answer: every share with its counts, its interval, and whether it rests on too few."""
    return RatesOut(
        first=_describe_share(rates.first),
        first_three=_describe_share(rates.first_three),
        right_body=_describe_share(rates.right_body),
        near=_describe_share(rates.near),
        brier=None if math.isnan(rates.brier) else round(rates.brier, 4),
        reliability=[_describe_bin(one) for one in rates.reliability],
        causes=[_describe_cause(one) for one in rates.causes],
    )


def describe_priors(region_code: str) -> PriorsOut:
    """Shipped and learnt prior of every cause in that region, and when it last began anew."""
    taught: Taught = taught_in(region_code)
    learning = CHECKS.current().learning
    return PriorsOut(
        region_code=region_code,
        findings=taught.findings,
        enough=taught.enough,
        least_findings=round(learning.least_findings),
        equivalent_findings=round(learning.equivalent_findings),
        floor=learning.floor,
        most_factor=learning.most_factor,
        reset_at=taught.reset.at if taught.reset else None,
        reset_by=str(taught.reset.by) if taught.reset else None,
        reset_reason=taught.reset.reason if taught.reset else None,
        causes=[
            PriorOut(cause=cause, label=cause_label(cause), shipped=shipped, learnt=learnt, findings=findings)
            for cause, shipped, learnt, findings in taught.shares()
        ],
    )


def _describe_share(share: Share) -> ShareOut:
    low, high = share.interval
    return ShareOut(
        hits=share.hits,
        of=share.of,
        share=share.value if share.of else None,
        low=low if share.of else None,
        high=high if share.of else None,
        too_few=share.of < CHECKS.current().few,
    )


def _describe_bin(one: Bin) -> BinOut:
    said = None if math.isnan(one.said) else one.said
    return BinOut(low=one.low, high=one.high, said=said, right=_describe_share(one.right))


def _describe_cause(cause_rates: CauseRates) -> CauseRatesOut:
    return CauseRatesOut(
        cause=cause_rates.cause,
        label=cause_label(cause_rates.cause),
        first=_describe_share(cause_rates.first),
        first_three=_describe_share(cause_rates.first_three),
        right_body=_describe_share(cause_rates.right_body),
        named=_describe_share(cause_rates.named),
    )
