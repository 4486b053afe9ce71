"""News of early signs."""

import msgspec


class EarlySignRaised(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The watch holds a cause for likely before a limit is crossed. No alarm: nothing rings, no clock runs."""

    early_sign_id: str
    cause: str
    probability: float


class EarlySignEnded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An early sign stands no more; `by`: alarm (a limit was crossed there), another_cause, calm."""

    early_sign_id: str
    by: str


class EarlySignSeen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person has looked at an early sign."""

    early_sign_id: str


class EarlySignJudged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person has said what an early sign was; `judgement`: right or wrong."""

    early_sign_id: str
    judgement: str
