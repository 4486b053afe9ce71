"""What a condition upon Observations says of their time and of their Datastream: by it little is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from tocsin.sensing.things.rules.entities import OBSERVATIONS
from tocsin.sensing.things.rules.tree import (
    And,
    Comparison,
    Linked,
    Literal,
    Node,
    Path,
    Unsupported,
    children,
    paths,
    without_first_step,
)

MOMENTS: Final = frozenset({"phenomenonTime", "resultTime"})
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST_MS: Final = 253_402_300_800_000
_TURNED: Final = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge", "eq": "eq"}


@dataclass(frozen=True)
class Span:
    """Times from `from_ms` on and before `to_ms`."""

    from_ms: int = 0
    to_ms: int = LATEST_MS

    def within(self, other: "Span") -> "Span":
        """What both hold."""
        return Span(max(self.from_ms, other.from_ms), min(self.to_ms, other.to_ms))


@dataclass(frozen=True)
class Parted:
    """A condition in its parts: upon Datastreams, upon FeaturesOfInterest, upon the Observations themselves."""

    datastreams: tuple[Node, ...]
    features: tuple[Node, ...]
    own: Node | None
    span: Span


def parted(node: Node | None) -> Parted:
    """The parts of a condition whose constants are worked out; Unsupported where they are not joined by `and`."""
    datastreams: list[Node] = []
    features: list[Node] = []
    own: list[Node] = []
    span = Span()
    for part in _conjuncts(node):
        links = _links(part)
        if not links - {""}:
            own.append(part)
            span = span.within(_span_of(part))
        elif len(links) == 1 and not _holds_linked(part):
            target = datastreams if "Datastream" in links else features
            target.append(part.condition if isinstance(part, Linked) else without_first_step(part))
        else:
            text = "What is asked of the Datastream of Observations stands beside other conditions, joined by and."
            raise Unsupported(text)
    return Parted(tuple(datastreams), tuple(features), _joined(own), span)


def _conjuncts(node: Node | None) -> list[Node]:
    if node is None:
        return []
    return [one for part in node.operands for one in _conjuncts(part)] if isinstance(node, And) else [node]


def _joined(parts: Sequence[Node]) -> Node | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _links(node: Node) -> set[str]:
    """Links by which it speaks of other entities; "" where it speaks of the Observation."""
    if isinstance(node, Linked):
        return {node.link}
    found = {path.steps[0] if OBSERVATIONS.link_of(path.steps[0]) else "" for path in paths(node)}
    return found.union(*(_links(part) for part in children(node) if isinstance(part, Linked) or _holds_linked(part))) or {""}


def _holds_linked(node: Node) -> bool:
    return any(isinstance(part, Linked) or _holds_linked(part) for part in children(node))


def _span_of(node: Node) -> Span:
    if not isinstance(node, Comparison) or node.operator not in _TURNED:
        return Span()
    operator, left, right = node.operator, node.left, node.right
    if isinstance(left, Literal):
        operator, left, right = _TURNED[operator], right, left
    if not (isinstance(left, Path) and str(left) in MOMENTS and isinstance(right, Literal) and isinstance(right.value, datetime)):
        return Span()
    at = (right.value - EPOCH) // timedelta(milliseconds=1)
    match operator:
        case "gt" | "ge":
            return Span(from_ms=at)
        case "lt" | "le":
            return Span(to_ms=at + 1)
    return Span(at, at + 1)
