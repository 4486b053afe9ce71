"""What a public warning is drafted from: a case, an alarm, an early sign, an estimate of a release."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tocsin.mobilisation.public_warnings.rules.places import Place


@dataclass(frozen=True)
class WarningSource:
    """Its name, where it is and how bad. `drill`: what is drafted from it is an exercise, whatever a form says.

    `kind` of warning and `place` where it holds, where the source knows them; `measures`: what to do, by language, beside the
    sentences of policy.
    """

    label: str
    region_code: str
    level: str = ""
    lon: float | None = None
    lat: float | None = None
    drill: bool = False
    kind: str = ""
    place: "Place | None" = None
    measures: "Mapping[str, str]" = field(default_factory=dict)
