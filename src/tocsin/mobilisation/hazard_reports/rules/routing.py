"""Which kind of body is responsible for a report: by its situation, kind and trade. Values in, a choice with its reason out."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Because(StrEnum):
    """By what a report found its body."""

    SITUATION = "situation"  # the list names who takes reports of it
    KIND = "kind"  # a row of the table names this kind of hazard
    OBJECT = "object"  # the competent department of the object
    TRADE = "trade"  # a row of the table names this trade
    GENERAL = "general"  # no row says anything: work safety at large
    GOVERNMENT = "government"  # no such body answers here: the government of the area
    ABOVE = "above"  # nobody of the area at all: the next body above it
    ANYWHERE = "anywhere"  # nor above it: the highest body that there is
    NOBODY = "nobody"  # there is no body at all: whoever handles reports there is told


@dataclass(frozen=True)
class Route:
    """One row: the kind of body for a kind of hazard and a trade of the standard; empty means every."""

    body: str
    kind: str = ""
    trade: str = ""


@dataclass(frozen=True)
class Table:
    """The whole table. `situations`: code -> its body; `register`: a trade of the register -> one of the standard."""

    routes: tuple[Route, ...]
    situations: Mapping[str, str]
    register: Mapping[str, str]
    general: str


@dataclass(frozen=True)
class Choice:
    """The kind of body that is responsible, and by what; `OBJECT` without a body: the register knows the object's department."""

    body: str
    because: Because


def choose(table: Table, *, kind: str, register_trade: str = "", situation: str = "") -> Choice:
    """A situation of the list comes first, then the narrowest row, then what the register says, then work safety at large.

    >>> table = Table((Route("fire", kind="fire"),), {"pillar": "mines"}, {}, "safety")
    >>> choose(table, kind="fire", register_trade="gas_retail").body, choose(table, kind="fire", situation="pillar").body
    ('fire', 'mines')
    """
    if situation in table.situations:
        return Choice(table.situations[situation], Because.SITUATION)
    trade = table.register.get(register_trade, "")
    fitting = [one for one in table.routes if one.kind in ("", kind) and one.trade in ("", trade) and (one.kind or one.trade)]
    if fitting:
        best = max(fitting, key=lambda one: (bool(one.kind) and bool(one.trade), bool(one.kind)))
        return Choice(best.body, Because.KIND if best.kind else Because.TRADE)
    return Choice("", Because.OBJECT) if register_trade else Choice(table.general, Because.GENERAL)
