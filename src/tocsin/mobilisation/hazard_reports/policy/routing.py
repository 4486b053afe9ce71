"""`routing.toml` as frozen values: who is responsible for which kind of hazard, trade and listed situation, and where."""

from pathlib import Path
from typing import Literal

import msgspec
from django.utils.translation import get_language

from tocsin.base.policy import PolicyFile, reader
from tocsin.mobilisation.hazard_reports.policy.reports import Named
from tocsin.mobilisation.hazard_reports.rules.routing import Route, Table

FILE = Path(__file__).with_name("routing.toml")
NAME = "mobilisation.routing"
Band = Literal["first", "second", "third", "fourth"]


class Standard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the provincial standard holds: so many situations, and so many of each band."""

    situations: int
    trades: int
    bands: dict[Band, int]


class BodyKind(Named, frozen=True, forbid_unknown_fields=True):
    """A kind of body. `key`: the code of its organisations; `duty_trade`: as what else a body of the area is called."""

    duty_trade: str = ""


class Trade(Named, frozen=True, forbid_unknown_fields=True):
    """A trade of the standard. `register`: trades of the register in it; `body`: who takes reports of its situations."""

    body: str
    register: tuple[str, ...] = ()


class RouteRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is responsible for a kind of hazard, a trade, or both; an empty one means every."""

    body: str
    kind: str = ""
    trade: str = ""


class Situation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One situation of the standard's list: its trade, the body that takes reports of it, the band of its reward."""

    code: str
    trade: str
    zh: str
    body: str
    band: Band
    en: str = ""
    kind: str = ""

    @property
    def name(self) -> str:
        """In the reader's language; the list itself is Chinese."""
        return self.zh if (get_language() or "zh").startswith("zh") else self.en or self.zh


class RoutingPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    status: Literal["unverified", "verified"]
    standard: Standard
    general: str
    body: tuple[BodyKind, ...]
    trade: tuple[Trade, ...]
    route: tuple[RouteRow, ...]
    situation: tuple[Situation, ...]

    @property
    def bodies(self) -> dict[str, BodyKind]:
        """By key."""
        return {one.key: one for one in self.body}

    @property
    def trades(self) -> dict[str, Trade]:
        """By key."""
        return {one.key: one for one in self.trade}

    @property
    def situations(self) -> dict[str, Situation]:
        """By code."""
        return {one.code: one for one in self.situation}

    @property
    def bands(self) -> dict[str, str]:
        """Code of a situation -> its band, as rewards take it."""
        return {one.code: one.band for one in self.situation}

    @property
    def table(self) -> Table:
        """As the rules take it."""
        return Table(
            routes=tuple(Route(one.body, one.kind, one.trade) for one in self.route),
            situations={one.code: one.body for one in self.situation},
            register={name: one.key for one in self.trade for name in one.register},
            general=self.general,
        )


def _check(policy: RoutingPolicy, source: str) -> None:
    """ValueError names the row that makes no sense."""
    for rows, name in ((policy.body, "body"), (policy.trade, "trade")):
        if len({one.key for one in rows}) < len(rows):
            raise ValueError(f"{source}: a key of [[{name}]] stands twice")
    codes: set[str] = set()
    for one in policy.situation:
        if not one.code.strip() or one.code in codes:
            raise ValueError(f"{source}: situation {one.code or '?'}: a code stands twice, or is empty")
        codes.add(one.code)
        if not one.zh.strip():
            raise ValueError(f"{source}: situation {one.code}: its words are missing")
    named = [("general", policy.general, ""), *((f"trade {one.key}", one.body, "") for one in policy.trade)]
    named += [(f"route {at}", one.body, one.trade) for at, one in enumerate(policy.route, 1)]
    named += [(f"situation {one.code}", one.body, one.trade) for one in policy.situation]
    for where, body, trade in named:
        if body not in policy.bodies:
            raise ValueError(f"{source}: {where}: there is no [[body]] {body!r}")
        if (trade or where.startswith("situation")) and trade not in policy.trades:
            raise ValueError(f"{source}: {where}: there is no [[trade]] {trade!r}")


ROUTING = PolicyFile(
    NAME,
    FILE,
    reader(RoutingPolicy, _check),
    "举报受理部门与情形清单",
    "Who takes reports, and the listed situations",
    regions=True,
)


def routing_policy(region: str = "") -> RoutingPolicy:
    """The table in force in a region."""
    return ROUTING.current(region=region)


def situation_name(code: str, region: str = "") -> str:
    """The situation's words for the reader, as a region's list has them; the code itself of one that is no longer in the list."""
    found = routing_policy(region).situations.get(code) or routing_policy().situations.get(code)
    return found.name if found else code
