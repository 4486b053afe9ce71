"""What the engine makes of how firms stand, and what was kept of the round before."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import numpy as np

from tocsin.engine.dynamic_risk import Floats, bands_of, judge_firms, judge_units, shares_of
from tocsin.hazchem.prevention.models import DynamicRisk
from tocsin.hazchem.prevention.policy.dynamic_risk import DynamicRiskPolicy
from tocsin.hazchem.prevention.queries.dynamic import limits_of
from tocsin.hazchem.prevention.queries.raising import Place, Standing
from tocsin.hazchem.prevention.rules.dynamic import COLOURS, RiskFactor, RiskLine, lines_of
from tocsin.supervision.face import SupervisedObject


@dataclass(frozen=True, slots=True)
class JudgedPlace:
    """What came out of one unit, or of a whole firm (`unit` None)."""

    firm: SupervisedObject
    unit: UUID | None
    static: float
    value: float
    colour: str
    lines: list[RiskLine]

    @property
    def place(self) -> Place:
        """Firm and unit."""
        return self.firm.pk, self.unit


class KeptRisk(NamedTuple):
    """What was kept of a place, without its model: a province has tens of thousands, read every minute."""

    pk: UUID
    object_id: UUID
    unit_id: UUID | None
    region_code: str
    town_code: str
    since: datetime
    value: float
    colour: str
    lines: list[dict[str, object]]
    step_value: float
    step_day: date


def kept_risks() -> dict[Place, KeptRisk]:
    """By place what was kept of it. One query."""
    rows = DynamicRisk.objects.order_by().values_list(*KeptRisk._fields)
    return {(one.object_id, one.unit_id): one for one in (KeptRisk(*row) for row in rows.iterator(chunk_size=2000))}


def judge(standing: Standing, policy: DynamicRiskPolicy) -> list[JudgedPlace]:
    """The risk of every unit, then of every firm, as the engine has it."""
    weights = np.array([policy.factors[one].weight for one in RiskFactor])
    full = np.array([policy.factors[one].full for one in RiskFactor])
    limits = limits_of(policy)
    shares = shares_of(standing.counts, full)
    units = judge_units(standing.static, shares, weights)
    firms = judge_firms(units, standing.firm, len(standing.firms))
    owners = [standing.firms[number] for number in standing.firm.tolist()]
    found = _places(owners, standing.units, standing.static, units.value, limits, (standing.counts, shares, units.drops))
    gravest = np.full(len(standing.firms), -1)
    order = np.argsort(units.value, kind="stable")
    gravest[standing.firm[order]] = order
    counts, most = np.zeros(firms.drops.shape), np.zeros(firms.drops.shape)
    np.maximum.at(counts, standing.firm, standing.counts)
    np.maximum.at(most, standing.firm, shares)
    static = standing.static[gravest] if len(standing.firms) else np.zeros(0)
    whole: list[UUID | None] = [None] * len(standing.firms)
    rows = (counts, most, firms.drops)
    return [one for one in found if one.unit is not None] + _places(standing.firms, whole, static, firms.value, limits, rows)


def _places(
    firms: list[SupervisedObject],
    units: list[UUID | None],
    static: Floats,
    value: Floats,
    limits: Floats,
    factors: tuple[Floats, Floats, Floats],
) -> list[JudgedPlace]:
    """Columns as places; `factors`: counts, shares and drops [n, m]."""
    bands = bands_of(value, limits).tolist()
    rows = zip(firms, units, static.tolist(), value.tolist(), bands, *(one.tolist() for one in factors), strict=True)
    return [
        JudgedPlace(firm, unit, share, risk, COLOURS[band], lines_of(counts, shares, drops))
        for firm, unit, share, risk, band, counts, shares, drops in rows
    ]
