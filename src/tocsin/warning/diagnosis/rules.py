"""Who may see diagnoses, record findings and try causes again; and causes that no file names."""

from typing import Any, Final, NotRequired, TypedDict

from tocsin.jurisdiction.rights.rules import Permission

PERMISSION_DIAGNOSIS: Final[Permission] = "diagnosis.see"


PERMISSION_FINDINGS: Final[Permission] = "findings.record"


PERMISSION_PRIORS: Final[Permission] = "policy.edit"


PERMISSION_REPLAY: Final[Permission] = "causes.replay"


PERMISSION_SWITCH: Final[Permission] = "causes.switch"


NOT_FOUND = "not_found"  # people looked and found no cause: it teaches nothing


OTHER_CAUSE = "other"  # a cause outside the list: to the ranking it is "unknown"


class KeptEvidence(TypedDict):
    """What speaks for or against a cause; `sensor` is an index, None for what people said."""

    code: str
    sensor: int | None
    weight: float
    supports: bool
    seen: float | None
    expected: float | None
    ts_ms: int | None
    figures: dict[str, float | str] | None


class KeptHypothesis(TypedDict):
    """A cause as it is kept: plain JSON, codes and figures, with the way as a GeoJSON GeometryCollection."""

    cause: str
    probability: float
    asset_code: str
    asset_kind: str
    owner: str
    lon: float | None
    lat: float | None
    way: list[str]
    way_geometry: dict[str, Any]
    travel_time_s: float | None
    onset_ms: int | None
    evidence: list[KeptEvidence]


class KeptCall(TypedDict):
    """A body to call, and why."""

    owner: str
    reason: str
    cause: str
    probability: float


class KeptCheck(TypedDict):
    """Where a check could be made."""

    check: str
    asset_code: str
    lon: float | None
    lat: float | None
    metres: float | None


class KeptDiagnosis(TypedDict):
    """An answer of the engine as it is kept; beside these what may follow from it, by `outlook.rules.Ahead`."""

    ts_ms: int
    asset_code: str
    quantity: str
    hypotheses: list[KeptHypothesis]
    call: list[KeptCall]
    checks: NotRequired[list[KeptCheck]]


class ShownRanking(TypedDict):
    """What of a diagnosis is scored against a finding: (cause, probability, owner) of each, and the place of the first."""

    diagnosis: NotRequired[str]
    ranking: list[list[Any]]
    lon: float | None
    lat: float | None


class JudgedAgain(ShownRanking):
    """The same of a replay, with the object named first and the body to call first."""

    asset_code: str
    body: str
