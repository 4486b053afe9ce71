"""What a trial of a source showed."""

from dataclasses import dataclass

from tocsin.federation.rules.outcomes import Reason


@dataclass(frozen=True)
class TriedColumn:
    """A column of the source, and the contract's one that it is, empty for none; `missing`: the source has it not."""

    heading: str
    column: str
    missing: bool = False


@dataclass(frozen=True)
class Tried:
    """What a trial showed. `problem`: why nothing came. `rows`: how many came; `first`: of these; `more`: there are more."""

    problem: Reason | None = None
    columns: tuple[TriedColumn, ...] = ()
    first: tuple[tuple[str | None, ...], ...] = ()
    rows: int = 0
    placed: int | None = None
    more: bool = False
    has_contract: bool = False
