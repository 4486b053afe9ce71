"""Which kind a part of a condition is of; what does not fit together is refused here, before anything is asked."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tocsin.base.errors import InvalidInput
from tocsin.sensing.things.rules.entities import Entity, entity_behind, property_or_refuse
from tocsin.sensing.things.rules.tree import (
    And,
    Arithmetic,
    Call,
    Comparison,
    Kind,
    Linked,
    Literal,
    Negative,
    Node,
    Not,
    Or,
    Path,
    Place,
    Unsupported,
)

_TEXT, _NUMBER, _TIME, _PLACE, _BOOLEAN = Kind.TEXT, Kind.NUMBER, Kind.TIME, Kind.PLACE, Kind.BOOLEAN


@dataclass(frozen=True)
class Signature:
    """What a function takes and answers; of `optional` arguments the last ones may be left out."""

    takes: tuple[Kind, ...]
    answers: Kind
    optional: int = 0


FUNCTIONS: Final[Mapping[str, Signature]] = {
    "contains": Signature((_TEXT, _TEXT), _BOOLEAN),
    "substringof": Signature((_TEXT, _TEXT), _BOOLEAN),
    "startswith": Signature((_TEXT, _TEXT), _BOOLEAN),
    "endswith": Signature((_TEXT, _TEXT), _BOOLEAN),
    "length": Signature((_TEXT,), _NUMBER),
    "indexof": Signature((_TEXT, _TEXT), _NUMBER),
    "substring": Signature((_TEXT, _NUMBER, _NUMBER), _TEXT, optional=1),
    "tolower": Signature((_TEXT,), _TEXT),
    "toupper": Signature((_TEXT,), _TEXT),
    "trim": Signature((_TEXT,), _TEXT),
    "concat": Signature((_TEXT, _TEXT), _TEXT),
    "year": Signature((_TIME,), _NUMBER),
    "month": Signature((_TIME,), _NUMBER),
    "day": Signature((_TIME,), _NUMBER),
    "hour": Signature((_TIME,), _NUMBER),
    "minute": Signature((_TIME,), _NUMBER),
    "second": Signature((_TIME,), _NUMBER),
    "fractionalseconds": Signature((_TIME,), _NUMBER),
    "totaloffsetminutes": Signature((_TIME,), _NUMBER),
    "date": Signature((_TIME,), Kind.DATE),
    "time": Signature((_TIME,), Kind.TIME_OF_DAY),
    "now": Signature((), _TIME),
    "mindatetime": Signature((), _TIME),
    "maxdatetime": Signature((), _TIME),
    "round": Signature((_NUMBER,), _NUMBER),
    "floor": Signature((_NUMBER,), _NUMBER),
    "ceiling": Signature((_NUMBER,), _NUMBER),
    "geo.distance": Signature((_PLACE, _PLACE), _NUMBER),
    "geo.intersects": Signature((_PLACE, _PLACE), _BOOLEAN),
    "st_equals": Signature((_PLACE, _PLACE), _BOOLEAN),
    "st_disjoint": Signature((_PLACE, _PLACE), _BOOLEAN),
    "st_within": Signature((_PLACE, _PLACE), _BOOLEAN),
    "st_intersects": Signature((_PLACE, _PLACE), _BOOLEAN),
}
LEFT_OUT: Final = frozenset({"geo.length", "st_touches", "st_overlaps", "st_crosses", "st_contains", "st_relate"})
"""Of the standard, and without a meaning for places that are points."""

_SUM: Final = {
    ("add", _NUMBER, _NUMBER): _NUMBER,
    ("sub", _NUMBER, _NUMBER): _NUMBER,
    ("add", _TIME, Kind.DURATION): _TIME,
    ("sub", _TIME, Kind.DURATION): _TIME,
    ("sub", _TIME, _TIME): Kind.DURATION,
    ("add", Kind.DURATION, Kind.DURATION): Kind.DURATION,
    ("sub", Kind.DURATION, Kind.DURATION): Kind.DURATION,
}


def kind_of_value(value: object) -> Kind:
    """The kind of a literal."""
    match value:
        case None:
            return Kind.NULL
        case bool():
            return Kind.BOOLEAN
        case float() | int():
            return Kind.NUMBER
        case str():
            return Kind.TEXT
        case dt.datetime():
            return Kind.TIME
        case dt.date():
            return Kind.DATE
        case dt.time():
            return Kind.TIME_OF_DAY
        case dt.timedelta():
            return Kind.DURATION
        case Place():
            return Kind.PLACE
    raise TypeError(f"{value!r} is no value of a condition")


def check_condition(node: Node, entity: Entity) -> None:
    """InvalidInput or Unsupported where the condition can't be one upon this entity."""
    found = kind_of(node, entity)
    if found is not Kind.BOOLEAN:
        raise InvalidInput("A condition is true or false; this is a %(kind)s.", kind=found.value)


def kind_of(node: Node, entity: Entity) -> Kind:
    """The kind of what the node stands for."""
    match node:
        case Literal():
            return kind_of_value(node.value)
        case Path():
            return _kind_of_path(node, entity)
        case Call():
            return _kind_of_call(node, [kind_of(one, entity) for one in node.arguments])
        case Negative():
            _require(kind_of(node.operand, entity), Kind.NUMBER, "-")
            return Kind.NUMBER
        case Arithmetic():
            return _kind_of_sum(node.operator, kind_of(node.left, entity), kind_of(node.right, entity))
        case Comparison():
            left, right = kind_of(node.left, entity), kind_of(node.right, entity)
            _check_comparison(node, left, right)
            return Kind.BOOLEAN
        case Not():
            _require(kind_of(node.operand, entity), Kind.BOOLEAN, "not")
            return Kind.BOOLEAN
        case And() | Or():
            for one in node.operands:
                _require(kind_of(one, entity), Kind.BOOLEAN, "and" if isinstance(node, And) else "or")
            return Kind.BOOLEAN
        case Linked():
            target = entity_behind(entity, node.link)
            if target is None:
                raise InvalidInput("%(entity)s have no link “%(given)s”.", entity=entity.name, given=node.link[:60])
            check_condition(node.condition, target)
            return Kind.BOOLEAN


def _kind_of_path(path: Path, entity: Entity) -> Kind:
    target, steps = entity, path.steps
    while len(steps) > 1 and (behind := entity_behind(target, steps[0])) is not None:
        target, steps = behind, steps[1:]
    name = "/".join(steps)
    if entity_behind(target, name) is not None:
        raise InvalidInput("“%(path)s” is an entity; name a property of it.", path=str(path))
    found = property_or_refuse(target, name)
    if found.kind is None:
        raise Unsupported("“%(path)s” can't be filtered or sorted by.", path=str(path))
    return found.kind


def _kind_of_call(call: Call, given: list[Kind]) -> Kind:
    if call.name in LEFT_OUT:
        raise Unsupported("The function %(name)s is not supported: places are points here.", name=call.name)
    signature = FUNCTIONS.get(call.name)
    if signature is None:
        raise Unsupported(
            "The function %(name)s is not supported; there are %(known)s.", name=call.name[:60], known=", ".join(FUNCTIONS)
        )
    most = len(signature.takes)
    if not most - signature.optional <= len(given) <= most:
        raise InvalidInput("%(name)s takes %(most)d arguments, not %(count)d.", name=call.name, most=most, count=len(given))
    for kind, wanted in zip(given, signature.takes, strict=False):
        _require(kind, wanted, call.name)
    return signature.answers


def _kind_of_sum(operator: str, left: Kind, right: Kind) -> Kind:
    if operator in ("mul", "div", "mod"):
        _require(left, Kind.NUMBER, operator)
        _require(right, Kind.NUMBER, operator)
        return Kind.NUMBER
    found = _SUM.get((operator, left, right))
    if found is None:
        raise InvalidInput(
            "“%(operator)s” takes no %(left)s and %(right)s.", operator=operator, left=left.value, right=right.value
        )
    return found


def _check_comparison(node: Comparison, left: Kind, right: Kind) -> None:
    kinds = {left, right} - {Kind.NULL}
    equality = node.operator in ("eq", "ne")
    if Kind.IDENTITY in kinds:
        if not equality or kinds - {Kind.IDENTITY, Kind.TEXT}:
            raise InvalidInput("An id that is no number is compared by eq or ne with a text alone.")
        return
    if Kind.PLACE in kinds:
        raise InvalidInput("Places are compared by functions such as st_within, not by “%(operator)s”.", operator=node.operator)
    if len(kinds) > 1 or (Kind.BOOLEAN in kinds and not equality):
        raise InvalidInput(
            "“%(operator)s” can't compare a %(left)s with a %(right)s.",
            operator=node.operator,
            left=left.value,
            right=right.value,
        )


def _require(found: Kind, wanted: Kind, name: str) -> None:
    if found not in (wanted, Kind.NULL):
        raise InvalidInput("“%(name)s” takes a %(wanted)s, not a %(found)s.", name=name, wanted=wanted.value, found=found.value)
