"""What an incident leaves behind: curves on channels, and the truth that a diagnosis must find without being told."""

from dataclasses import dataclass
from typing import Protocol, Self

from tocsin.simulation.city import City
from tocsin.simulation.draws import Draws
from tocsin.simulation.effects import Act, Effect, Floats
from tocsin.simulation.spread import Spot
from tocsin.simulation.weather import Weather


@dataclass(frozen=True)
class Truth:
    """What was really wrong: cause (the names of the case format), asset at fault, place, onset, whom to call."""

    cause: str
    asset: str
    lon: float
    lat: float
    onset_ms: int
    owner: str
    alarmed_asset: str | None
    equivalents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """The truth of one incident and what it does to the channels."""

    truth: Truth
    effects: tuple[Effect, ...]


class Incident(Protocol):
    """A kind of failure with its figures, as a scenario names them."""

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> Self:
        """One that begins at `start_ms` somewhere in the city, its figures from wide ranges; InvalidInput where nothing fits."""
        ...

    def unfold(self, city: City, weather: Weather) -> Outcome:
        """The same city and weather give the same outcome; InvalidInput where a place does not exist in this city."""
        ...


class Curves:
    """Collects effects on the channels that exist; where nothing is measured, nothing is seen."""

    def __init__(self, city: City, start_ms: int) -> None:
        self._city, self._start_ms = city, start_ms
        self._effects: list[Effect] = []

    def add(self, asset: str, quantity: str, curve: Floats, act: Act = Act.ADD, start_ms: int | None = None) -> None:
        """Puts a curve on the channel of a quantity at an asset, if there is one; it begins with the incident unless told."""
        channel = self._city.channel(asset, quantity)
        if channel is not None:
            self._effects.append(Effect(channel, self._start_ms if start_ms is None else start_ms, curve, act))

    def outcome(self, truth: Truth) -> Outcome:
        """All that was collected."""
        return Outcome(truth, tuple(self._effects))


def truth_at_spot(city: City, cause: str, where: Spot, onset_ms: int, alarmed: str | None) -> Truth:
    """The truth of a failure at a place along a line; a heating pipe's twin in the same trench is as good an answer."""
    lon, lat = city.site.plane.spot_in_degrees(where.x_m, where.y_m)
    owner = str(city.properties(where.line)["owner"])
    return Truth(cause, where.line, round(lon, 6), round(lat, 6), onset_ms, owner, alarmed, _twins(city, where.line))


def _twins(city: City, line: str) -> tuple[str, ...]:
    given = city.properties(line)
    if not given["kind"].startswith("heat_main"):
        return ()
    ends = given["from_node"], given["to_node"]
    return tuple(
        str(other["id"])
        for other in city.lines()
        if (other["from_node"], other["to_node"]) == ends and "heat_main" in other["kind"]
    )


def truth_at_asset(city: City, cause: str, asset: str, onset_ms: int, alarmed: str | None) -> Truth:
    """The truth of a failure whose place is an asset: a point, or the first end of a line."""
    given = city.properties(asset)
    x, y = city.place[given.get("from_node", asset)]
    lon, lat = city.site.plane.spot_in_degrees(x, y)
    return Truth(cause, asset, round(lon, 6), round(lat, 6), onset_ms, str(given["owner"]), alarmed)
