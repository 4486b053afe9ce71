"""What a unit holds: substances with the most that can be there by design, and with what is there now."""

from dataclasses import dataclass
from enum import StrEnum

from tocsin.engine.major_hazard.tables import plain_name


class UnitKind(StrEnum):
    """Production units are cut by isolating valves, storage units by bund (tanks) or building (stores)."""

    PRODUCTION = "production"
    STORAGE = "storage"


@dataclass(frozen=True)
class Mixture:
    """A mixture. `of`: the substance whose danger it has; `classes`: the classes of table 2 that the mixture itself has."""

    of: str
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """One substance in a unit.

    `classes`: of table 2, None where nobody has classified it; `design_t`: the most by design, in tonnes; `present_t`: what is
    there now, None where it is not measured; `content_percent`: mass share of the substance, where a row depends on it.
    """

    substance: str
    design_t: float
    present_t: float | None = None
    cas: str = ""
    classes: tuple[str, ...] | None = None
    content_percent: float | None = None
    mixture: Mixture | None = None

    @property
    def names_it(self) -> tuple[str, str]:
        """The plain name and the number that table 1 is searched by."""
        return plain_name(self.mixture.of if self.mixture else self.substance), self.cas


@dataclass(frozen=True)
class Unit:
    """A unit of GB 18218 4.1.1. `people`: permanently within 500 m outside the site's limit, None where nobody knows."""

    name: str
    kind: UnitKind
    held: tuple[Held, ...]
    people: int | None = None
