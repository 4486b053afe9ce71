"""The tables of GB 18218-2018 as values: named substances, classes of danger, people near the site, grades."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from tocsin.base.errors import InvalidInput


@dataclass(frozen=True)
class HazardClass:
    """A row of table 2 with its factor of table 4. `symbol`: J1 to J5 (health), W1.1 to W11 (physical)."""

    symbol: str
    zh: str
    en: str
    criterion: str
    critical_t: float
    beta: float


@dataclass(frozen=True)
class Substance:
    """A row of table 1.

    `names`: what else it is called; `classes`: its dangers by the symbols of table 2, the chapter alone (W5) where the row does
    not say more; `beta_table`: 3 where the factor is given by name, else 4; `above_percent`: the row holds for contents above it
    only, 0 for any.
    """

    number: int
    zh: str
    en: str
    names: tuple[str, ...]
    cas: tuple[str, ...]
    classes: tuple[str, ...]
    critical_t: float
    beta: float
    beta_table: int
    above_percent: float
    confidence: str


@dataclass(frozen=True)
class Alpha:
    """The factor where at least so many people are permanently within 500 m outside the site's limit."""

    people: int
    alpha: float


@dataclass(frozen=True)
class Grade:
    """The grade from this R upwards."""

    grade: str
    least_r: float


@dataclass(frozen=True, eq=False)
class Tables:
    """All tables. `alphas` and `grades`: the highest first; `unknown_people`: counted where nobody knows how many there are."""

    classes: Sequence[HazardClass]
    substances: Sequence[Substance]
    alphas: Sequence[Alpha]
    grades: Sequence[Grade]
    unknown_people: int

    @cached_property
    def by_symbol(self) -> Mapping[str, HazardClass]:
        """Rows of table 2 by symbol."""
        return {one.symbol: one for one in self.classes}

    @cached_property
    def by_name(self) -> Mapping[str, Sequence[Substance]]:
        """Rows of table 1 by every name they have, plain; several where only the content tells them apart."""
        return _grouped((plain_name(name), one) for one in self.substances for name in (one.zh, one.en, *one.names))

    @cached_property
    def by_cas(self) -> Mapping[str, Sequence[Substance]]:
        """Rows of table 1 by their numbers of the Chemical Abstracts Service."""
        return _grouped((number, one) for one in self.substances for number in one.cas)

    def hazard_class(self, symbol: str) -> HazardClass:
        """A row of table 2; InvalidInput tells which symbols there are."""
        if found := self.by_symbol.get(symbol):
            return found
        within = [one for one in self.classes if symbol and one.symbol.startswith(f"{symbol}.")]
        if within:
            told = "; ".join(f"{one.symbol}: {one.criterion}" for one in within)
            raise InvalidInput("The class %(symbol)s has parts: say which. %(parts)s.", symbol=symbol, parts=told)
        raise InvalidInput(
            "There is no class %(symbol)s in table 2 of GB 18218; there are %(symbols)s.",
            symbol=symbol or "''",
            symbols=", ".join(self.by_symbol),
        )

    def alpha_of(self, people: int) -> Fraction:
        """The factor for so many people.

        >>> Tables((), (), (Alpha(30, 1.2), Alpha(0, 0.5)), (), 100).alpha_of(29)
        Fraction(1, 2)
        """
        return next(exact(one.alpha) for one in self.alphas if people >= one.people)

    def grade_of(self, r: Fraction) -> str:
        """The grade of an R; an R that equals a limit belongs to the graver grade."""
        return next(one.grade for one in self.grades if r >= exact(one.least_r))


def exact(number: float) -> Fraction:
    """A number as it is written, so that a tenth and two tenths are three tenths and a limit that is just met is met.

    >>> exact(0.1) + exact(0.2) == exact(0.3)
    True
    """
    return Fraction(repr(float(number)))


def plain_name(name: str) -> str:
    """A name without what writers differ in: width of signs, blanks, case.

    >>> plain_name("硝酸（含硝酸＞70％）"), plain_name("Ethylene  Oxide")
    ('硝酸(含硝酸>70%)', 'ethyleneoxide')
    """
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _grouped(pairs: Iterable[tuple[str, Substance]]) -> dict[str, list[Substance]]:
    found: dict[str, list[Substance]] = {}
    for key, one in pairs:
        rows = found.setdefault(key, [])
        if one not in rows:
            rows.append(one)
    return found
