"""What may follow from a diagnosis, by the hazard chains in force."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from tocsin.engine.cascade.district import District
from tocsin.engine.cascade.joining import Outlook, Risk
from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis.model import Diagnosis, SensorColumns
from tocsin.engine.network import Network
from tocsin.warning.outlook import rules
from tocsin.warning.outlook.policy import HAZARDS, Hazards
from tocsin.warning.outlook.rules import Ahead, KeptRisk


def district_of(network: Network) -> District:
    """The network under the policy in force."""
    return _district(network, HAZARDS.current())


@lru_cache(maxsize=2)
def _district(network: Network, hazards: Hazards) -> District:
    """Two are kept: that of the last answer, and one more."""
    return District(network, hazards.rules)


def look_ahead(network: Network, answer: Diagnosis, sensors: SensorColumns, readings: Readings) -> Ahead:
    """`rules.look_ahead` by the policy in force."""
    return rules.look_ahead(district_of(network), HAZARDS.current().close, answer, sensors, readings)


def joined(result: Mapping[str, Any], group: str, others: Iterable[Outlook] = ()) -> list[tuple[Risk, KeptRisk]]:
    """`rules.joined` by the policy in force."""
    return rules.joined(result, group, others, HAZARDS.current().rules.levels)
