"""Families of districts: ranges of what is drawn, each with a part that is held back for the seeds that judge."""

from dataclasses import dataclass

from tocsin.simulation.judging.districts.draws import Draws

HELD_SEEDS = 8_000_000  # from here on the held parts of the ranges are drawn from; looks for development stay below 7,000,000


@dataclass(frozen=True)
class Span:
    """A range and the part of it that only held seeds draw from: development ends at `cut`, held seeds begin there.

    With `logarithmic`, even in the logarithm.
    """

    low: float
    cut: float
    high: float
    logarithmic: bool = False

    def bounds(self, held: bool) -> tuple[float, float]:
        """Lowest and highest value that seeds of this kind draw; the held part may lie below the other."""
        return (
            (min(self.cut, self.high), max(self.cut, self.high)) if held else (min(self.low, self.cut), max(self.low, self.cut))
        )

    def draw(self, draws: Draws, held: bool) -> float:
        """A value of the part that is asked for."""
        low, high = self.bounds(held)
        return draws.spread(low, high) if self.logarithmic else draws.between(low, high)


@dataclass(frozen=True)
class Family:
    """What the districts of one family have in common.

    `plans`: street plans. `extent_m`: half the width. `well_m`: spacing of wells. `monitored`: share of wells with a station.
    `companions`: share of second quantities that a station has. `intervals_s`: sampling. `air_porosity`: share of the soil's
    volume that gas moves in. `cap_per_h`: loss of soil gas through the surface. `changes_per_h`: air of a closed well in calm
    air. `conductivity`: of the ground, W/(m K). `oldest`: first year of pipes. `ducts`: share of neighbouring wells that a duct
    joins, of which `unmapped` are on no map. `unknown`: share of attributes missing or wrong. `ethane`: share of gas stations
    that measure it. `networks`: share of the owners' own stations that are read. `weather`: share of districts that measure wind.
    """

    name: str
    plans: tuple[str, ...]
    extent_m: Span
    well_m: Span
    monitored: Span
    companions: Span
    intervals_s: tuple[int, ...]
    air_porosity: Span
    cap_per_h: Span
    changes_per_h: Span
    conductivity: Span
    oldest: Span
    ducts: Span
    unmapped: Span
    unknown: Span
    ethane: float
    networks: float
    weather: float


@dataclass(frozen=True)
class Figures:
    """The values one district drew from its family's ranges; units as in `Family`."""

    extent_m: float
    well_m: float
    monitored: float
    companions: float
    air_porosity: float
    cap_per_h: float
    changes_per_h: float
    conductivity: float
    oldest: float
    ducts: float
    unmapped: float
    unknown: float


CLAY = Family(
    "clay", ("cells", "superblocks", "radial"),
    extent_m=Span(330, 480, 540), well_m=Span(32, 48, 56), monitored=Span(0.45, 0.28, 0.2), companions=Span(0.75, 0.5, 0.4),
    intervals_s=(300, 600, 900),
    air_porosity=Span(0.09, 0.05, 0.03), cap_per_h=Span(0.02, 0.004, 0.002, True), changes_per_h=Span(0.6, 0.2, 0.12, True),
    conductivity=Span(1.1, 1.5, 1.7), oldest=Span(1978, 1998, 2002), ducts=Span(0.25, 0.5, 0.6), unmapped=Span(0.1, 0.3, 0.4),
    unknown=Span(0.02, 0.1, 0.16), ethane=0.3, networks=0.85, weather=0.4,
)  # fmt: skip
SAND = Family(
    "sand", ("ribbon", "growth", "cells"),
    extent_m=Span(330, 480, 560), well_m=Span(36, 55, 64), monitored=Span(0.42, 0.25, 0.18), companions=Span(0.7, 0.45, 0.35),
    intervals_s=(300, 600, 1200),
    air_porosity=Span(0.18, 0.3, 0.36), cap_per_h=Span(0.01, 0.06, 0.1, True), changes_per_h=Span(0.3, 1.0, 1.5, True),
    conductivity=Span(0.5, 1.6, 2.1), oldest=Span(1984, 2003, 2006), ducts=Span(0.2, 0.45, 0.55), unmapped=Span(0.1, 0.25, 0.35),
    unknown=Span(0.02, 0.1, 0.16), ethane=0.25, networks=0.85, weather=0.5,
)  # fmt: skip
OLD_TOWN = Family(
    "old_town", ("growth", "radial", "cells"),
    extent_m=Span(260, 380, 430), well_m=Span(22, 34, 40), monitored=Span(0.34, 0.2, 0.15), companions=Span(0.6, 0.35, 0.25),
    intervals_s=(300, 600, 900, 1800),
    air_porosity=Span(0.08, 0.2, 0.28), cap_per_h=Span(0.003, 0.03, 0.05, True), changes_per_h=Span(0.25, 0.9, 1.3, True),
    conductivity=Span(0.8, 1.5, 1.8), oldest=Span(1978, 1962, 1954), ducts=Span(0.4, 0.65, 0.75), unmapped=Span(0.25, 0.45, 0.55),
    unknown=Span(0.1, 0.3, 0.4), ethane=0.15, networks=0.7, weather=0.2,
)  # fmt: skip
NEW_TOWN = Family(
    "new_town", ("superblocks", "ribbon", "radial"),
    extent_m=Span(420, 600, 680), well_m=Span(42, 65, 75), monitored=Span(0.6, 0.4, 0.32), companions=Span(0.9, 0.65, 0.55),
    intervals_s=(60, 300, 300, 600),
    air_porosity=Span(0.1, 0.25, 0.32), cap_per_h=Span(0.004, 0.03, 0.06, True), changes_per_h=Span(0.15, 0.5, 0.8, True),
    conductivity=Span(0.9, 1.6, 1.9), oldest=Span(2001, 2012, 2014), ducts=Span(0.15, 0.35, 0.45), unmapped=Span(0.02, 0.12, 0.2),
    unknown=Span(0.0, 0.04, 0.08), ethane=0.5, networks=0.95, weather=0.6,
)  # fmt: skip
POOR = Family(
    "poor", ("cells", "growth", "ribbon", "radial"),
    extent_m=Span(300, 450, 520), well_m=Span(30, 48, 56), monitored=Span(0.34, 0.22, 0.16), companions=Span(0.65, 0.35, 0.25),
    intervals_s=(1800,),
    air_porosity=Span(0.06, 0.24, 0.3), cap_per_h=Span(0.004, 0.04, 0.07, True), changes_per_h=Span(0.2, 0.9, 1.3, True),
    conductivity=Span(0.7, 1.6, 1.9), oldest=Span(1972, 1995, 2000), ducts=Span(0.2, 0.5, 0.6), unmapped=Span(0.2, 0.4, 0.5),
    unknown=Span(0.1, 0.3, 0.4), ethane=0.0, networks=0.0, weather=0.0,
)  # fmt: skip
FAMILIES = {family.name: family for family in (CLAY, SAND, OLD_TOWN, NEW_TOWN, POOR)}


def draw_figures(family: Family, draws: Draws, held: bool) -> Figures:
    """The figures of one district."""
    return Figures(
        extent_m=family.extent_m.draw(draws, held),
        well_m=family.well_m.draw(draws, held),
        monitored=family.monitored.draw(draws, held),
        companions=family.companions.draw(draws, held),
        air_porosity=family.air_porosity.draw(draws, held),
        cap_per_h=family.cap_per_h.draw(draws, held),
        changes_per_h=family.changes_per_h.draw(draws, held),
        conductivity=family.conductivity.draw(draws, held),
        oldest=family.oldest.draw(draws, held),
        ducts=family.ducts.draw(draws, held),
        unmapped=family.unmapped.draw(draws, held),
        unknown=family.unknown.draw(draws, held),
    )
