"""One answer against the truth beside its case, and many scores summed up: plain figures, no files."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.base.geometry import distance_m
from tocsin.base.time import datetime_from_ms
from tocsin.engine.diagnosis.model import Diagnosis
from tocsin.simulation.judging.districts.families import HELD_SEEDS
from tocsin.simulation.worlds import JUDGING, world_of

NEAR_M = 100.0  # a crew that looks around the named place finds what is so near
FAR_M = 100.0  # faults farther from the place that rings are the ones that take a diagnosis
HELD = "held"  # seeds of the judging world that are looked at once a version
HEATED = (11, 12, 1, 2, 3)  # months of the heating season in northern China


@dataclass(frozen=True)
class Score:
    """How right one answer was.

    `family`: as in the name of the case's folder. `causes`, `shares`: the answer, best first, `unknown` among them. `metres`:
    from the place named for the true cause to the real one, `first_metres`: from the place named first, NaN where either has
    none. `apart_m`: how far the fault was from the place that rings, NaN without one. `owner`, `called`: the body to be called
    first, and the one that was ("" for nobody). `besides`: True where another fault went on at the same time, elsewhere.
    """

    case: str
    family: str
    season: str
    truth: str
    causes: tuple[str, ...]
    shares: tuple[float, ...]
    metres: float
    first_metres: float
    asset: bool
    apart_m: float
    owner: str
    called: str
    besides: bool = False

    @property
    def world(self) -> str:
        """The world that the case was made in, its held seeds apart."""
        world = world_of(self.family)[0]
        return HELD if world == JUDGING and int(self.case.rpartition("-")[2]) >= HELD_SEEDS else world

    @property
    def poor(self) -> bool:
        """True for the families where little is measured."""
        return world_of(self.family)[1] == "poor"

    @property
    def rank(self) -> int:
        """Place of the true cause, 1 for the first; causes that are not in the answer come last."""
        return self.causes.index(self.truth) + 1 if self.truth in self.causes else len(self.causes) + 1

    @property
    def first(self) -> str:
        """The cause named first."""
        return self.causes[0]

    @property
    def right(self) -> bool:
        """True where the true cause is named first."""
        return self.first == self.truth

    @property
    def has_place(self) -> bool:
        """True where there is a place to be found."""
        return not math.isnan(self.apart_m)

    @property
    def near(self) -> bool:
        """True where the true cause is named first and, if it has one, its place within `NEAR_M`."""
        return self.right and (not self.has_place or self.first_metres <= NEAR_M)

    @property
    def brier(self) -> float:
        """Sum over causes of the squared difference between share and truth; `unknown` is left out, as in answers."""
        told = [(cause, share) for cause, share in zip(self.causes, self.shares, strict=True) if cause != "unknown"]
        missing = 0.0 if self.truth in self.causes else 1.0
        return missing + sum((share - (cause == self.truth)) ** 2 for cause, share in told)


def score(case: str, family: str, truth: Mapping[str, Any], diagnosis: Diagnosis) -> Score:
    """The score of a diagnosis against a case's `truth.json`."""
    hypotheses = diagnosis.hypotheses
    metres = math.nan
    for one in hypotheses:
        if one.cause == truth["cause"]:
            metres = _apart(one.lon, one.lat, truth)
            break
    first = hypotheses[0]
    assets = {truth["asset_id"] or "", *truth.get("equivalent_asset_ids", ())}
    month = datetime_from_ms(diagnosis.ts_ms).astimezone(UTC).month
    return Score(
        case=case,
        family=family,
        season="heated" if month in HEATED else "warm",
        truth=truth["cause"],
        causes=tuple(one.cause for one in hypotheses),
        shares=tuple(one.probability for one in hypotheses),
        metres=metres,
        first_metres=_apart(first.lon, first.lat, truth),
        asset=first.cause == truth["cause"] and first.asset_code in assets,
        apart_m=math.nan if truth["distance_m"] is None else float(truth["distance_m"]),
        owner=truth["owner"] or "",
        called=diagnosis.call[0].owner if diagnosis.call and diagnosis.call[0].reason == "cause" else "",
        besides=bool(truth.get("besides")),
    )


def _apart(lon: float, lat: float, truth: Mapping[str, Any]) -> float:
    if truth["lon"] is None or math.isnan(lon):
        return math.nan
    return distance_m(lon, lat, truth["lon"], truth["lat"])


@dataclass(frozen=True)
class Sums:
    """Many scores in figures: shares from 0 to 1, distances in metres; NaN where nothing could be counted.

    `near`: right cause and within 100 m; `far_near`: the same of faults farther than 100 m from the place that rings;
    `body`: right body first, of the cases that have one. Distances are those of the place named for the true cause.
    """

    cases: int
    first: float
    three: float
    near: float
    far: int
    far_near: float
    median_m: float
    asset: float
    body: float
    brier: float
    surprise: float


def sum_up(scores: Sequence[Score]) -> Sums:
    """The figures of these scores."""
    placed = [one for one in scores if one.has_place]
    far = [one for one in placed if one.apart_m > FAR_M]
    owned = [one for one in scores if one.owner]
    metres = [one.metres for one in placed if not math.isnan(one.metres)]
    return Sums(
        cases=len(scores),
        first=_mean([one.right for one in scores]),
        three=_mean([one.rank <= 3 for one in scores]),
        near=_mean([one.near for one in placed]),
        far=len(far),
        far_near=_mean([one.near for one in far]),
        median_m=float(np.median(metres)) if metres else math.nan,
        asset=_mean([one.asset for one in placed]),
        body=_mean([one.called == one.owner for one in owned]),
        brier=_mean([one.brier for one in scores]),
        surprise=_mean([-math.log(max(_share(one), 1e-6)) for one in scores]),
    )


def _share(one: Score) -> float:
    return one.shares[one.rank - 1] if one.rank <= len(one.shares) else 0.0


def _mean(values: Sequence[float | bool]) -> float:
    return float(np.mean(values)) if values else math.nan


def confusion(scores: Sequence[Score]) -> tuple[tuple[str, ...], tuple[str, ...], NDArray[np.int64]]:
    """True causes, causes named first, and how often each pair occurred, int64[true, named]."""
    true = tuple(sorted({one.truth for one in scores}))
    named = tuple(sorted({one.first for one in scores} | set(true)))
    counts = np.zeros((len(true), len(named)), np.int64)
    for one in scores:
        counts[true.index(one.truth), named.index(one.first)] += 1
    return true, named, counts


@dataclass(frozen=True)
class Band:
    """Shares between two bounds: how many were told, their mean, and how often the cause was true."""

    low: float
    high: float
    told: int
    mean: float
    true: float


FIRST_EDGES = (0.0, 0.4, 0.6, 0.8, 0.9, 1.0)  # of shares of the cause named first


def calibration_error(scores: Sequence[Score]) -> float:
    """How far shares of the cause named first lie from how often it is right: the mean over answers of the difference in their
    band (expected calibration error; Naeini, Cooper, Hauskrecht, AAAI 2015), 0 best; NaN of none. Few answers make it larger than
    the truth: with perfect shares some 0.03 of 200, 0.07 of 50.

    `unknown` counts: what is left open is named first too, and never true.
    """
    if not scores:
        return math.nan
    shares = np.array([one.shares[0] for one in scores])
    right = np.array([one.right for one in scores])
    apart = 0.0
    for low, high in itertools.pairwise(FIRST_EDGES):
        inside = (shares >= low) & ((shares < high) | (high == FIRST_EDGES[-1]))
        apart += abs(float(shares[inside].sum()) - float(right[inside].sum()))
    return apart / len(scores)


EDGES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 1.0)


def reliability(scores: Sequence[Score]) -> list[Band]:
    """All shares of all causes by bands: those that hold are true as often as they say."""
    pairs = [(one.truth, cause, share) for one in scores for cause, share in zip(one.causes, one.shares, strict=True)]
    told = [(share, cause == truth) for truth, cause, share in pairs if cause != "unknown"]
    shares = np.array([share for share, _ in told])
    true = np.array([right for _, right in told])
    bands = []
    for low, high in itertools.pairwise(EDGES):
        inside = (shares >= low) & ((shares < high) | (high == EDGES[-1]))
        if inside.any():
            bands.append(Band(low, high, int(inside.sum()), float(shares[inside].mean()), float(true[inside].mean())))
    return bands
