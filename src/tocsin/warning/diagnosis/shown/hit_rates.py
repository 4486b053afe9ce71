"""Hit rates of the causes that were shown, against what people found: by region and time, with counts."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tocsin.base.geometry import distance_m
from tocsin.engine.diagnosis.hit_rates import Bin, CauseRates, Rates, Scored, Share, rate
from tocsin.engine.diagnosis.judge import UNKNOWN
from tocsin.warning.causes.policy.checks import CHECKS
from tocsin.warning.causes.shown.labels import cause_label
from tocsin.warning.diagnosis.models import Finding
from tocsin.warning.diagnosis.queries import findings as queries
from tocsin.warning.diagnosis.queries.priors import Taught, taught_in
from tocsin.warning.diagnosis.rules import NOT_FOUND, OTHER_CAUSE

if TYPE_CHECKING:
    from datetime import datetime

    from tocsin.jurisdiction.face import Person

MOMENTS = ("dispatched", "last")  # what was shown when the alarm was taken, and last before the finding


def hit_rates(user: "Person", *, region_code: str, since: "datetime | None") -> dict[str, Any]:
    """Rates for both moments of MOMENTS over the findings that stand, and what was left out: no cause found, nothing shown."""
    findings = queries.standing_findings(user, region_code=region_code, since=since)
    found = [one for one in findings if one.cause != NOT_FOUND]
    return {
        "region_code": region_code,
        "since": since,
        "findings": len(findings),
        "not_found": len(findings) - len(found),
        "never_shown": sum(one.last is None for one in found),
        "few": CHECKS.current().few,
        **{moment: describe_rates(rate(_scored(found, moment))) for moment in MOMENTS},
    }


def _scored(findings: Sequence[Finding], moment: str) -> list[Scored]:
    shown = [(one, getattr(one, moment)) for one in findings]
    return [scored_by(one, ranking) for one, ranking in shown if ranking is not None]


def scored_by(finding: Finding, shown: Mapping[str, Any]) -> Scored:
    """A ranking (`ranking.shown_ranking`) beside what was found."""
    return Scored(
        truth=UNKNOWN if finding.cause == OTHER_CAUSE else finding.cause,
        ranking=tuple((cause, probability, owner) for cause, probability, owner in shown["ranking"]),
        owner=finding.owner,
        metres=_metres(shown, finding),
    )


def _metres(shown: Mapping[str, Any], finding: Finding) -> float:
    """From the place named first to the place found; NaN where either has none."""
    if shown["lon"] is None or finding.lon is None or finding.lat is None:
        return math.nan
    return distance_m(shown["lon"], shown["lat"], finding.lon, finding.lat)


def describe_rates(rates: Rates) -> dict[str, Any]:
    """Rates as plain JSON: every share with its counts, its interval, and whether it rests on too few."""
    return {
        "first": _describe_share(rates.first),
        "first_three": _describe_share(rates.first_three),
        "right_body": _describe_share(rates.right_body),
        "near": _describe_share(rates.near),
        "brier": None if math.isnan(rates.brier) else round(rates.brier, 4),
        "reliability": [_describe_bin(one) for one in rates.reliability],
        "causes": [_describe_cause(one) for one in rates.causes],
    }


def describe_priors(region_code: str) -> dict[str, Any]:
    """Shipped and learnt prior of every cause in that region, and when it last began anew."""
    taught: Taught = taught_in(region_code)
    learning = CHECKS.current().learning
    return {
        "region_code": region_code,
        "findings": taught.findings,
        "enough": taught.enough,
        "least_findings": round(learning.least_findings),
        "equivalent_findings": round(learning.equivalent_findings),
        "floor": learning.floor,
        "most_factor": learning.most_factor,
        "reset_at": taught.reset.at if taught.reset else None,
        "reset_by": str(taught.reset.by) if taught.reset else None,
        "reset_reason": taught.reset.reason if taught.reset else None,
        "causes": [
            {"cause": cause, "label": cause_label(cause), "shipped": shipped, "learnt": learnt, "findings": findings}
            for cause, shipped, learnt, findings in taught.shares()
        ],
    }


def _describe_share(share: Share) -> dict[str, Any]:
    low, high = share.interval
    return {
        "hits": share.hits,
        "of": share.of,
        "share": share.value if share.of else None,
        "low": low if share.of else None,
        "high": high if share.of else None,
        "too_few": share.of < CHECKS.current().few,
    }


def _describe_bin(one: Bin) -> dict[str, Any]:
    said = None if math.isnan(one.said) else one.said
    return {"low": one.low, "high": one.high, "said": said, "right": _describe_share(one.right)}


def _describe_cause(one: CauseRates) -> dict[str, Any]:
    return {
        "cause": one.cause,
        "label": cause_label(one.cause),
        "first": _describe_share(one.first),
        "first_three": _describe_share(one.first_three),
        "right_body": _describe_share(one.right_body),
        "named": _describe_share(one.named),
    }
