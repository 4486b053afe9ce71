"""A condition upon entities of the registry as one of the database's, the same on SQLite and PostgreSQL.

Comparisons are true or false, never unknown (`rules.evaluation`): a denied one is asked as a case that is not fulfilled.
"""

from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    FloatField,
    IntegerField,
    Q,
    TimeField,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import (
    Ceil,
    Concat,
    ExtractDay,
    ExtractHour,
    ExtractMinute,
    ExtractMonth,
    ExtractSecond,
    ExtractYear,
    Floor,
    Left,
    Length,
    Lower,
    NullIf,
    Right,
    Sqrt,
    StrIndex,
    Substr,
    Trim,
    TruncDate,
    TruncTime,
    Upper,
)
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, IsNull, LessThan, LessThanOrEqual

from tocsin.base.time import ms_from_datetime
from tocsin.sensing.things.queries.inside import lies_at, lies_within
from tocsin.sensing.things.queries.sets import Column, EntitySet
from tocsin.sensing.things.rules.kinds import kind_of
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
    paths,
    without_first_step,
)

_ORDERED: Final = {"gt": GreaterThan, "ge": GreaterThanOrEqual, "lt": LessThan, "le": LessThanOrEqual}
_OF_TIME: Final = {
    "year": ExtractYear,
    "month": ExtractMonth,
    "day": ExtractDay,
    "hour": ExtractHour,
    "minute": ExtractMinute,
    "second": ExtractSecond,
}
NOBODY: Final = Q(pk__in=())
EVERYBODY: Final = ~NOBODY


def condition_of(there: EntitySet, node: Node) -> Q:
    """The condition (its constant parts worked out) as the database's. Unsupported names what it can't answer."""
    return _asked(there, node, denied=False)


def _asked(there: EntitySet, node: Node, *, denied: bool) -> Q:
    match node:
        case Not():
            return _asked(there, node.operand, denied=not denied)
        case And() | Or():
            parts = [_asked(there, one, denied=denied) for one in node.operands]
            if isinstance(node, And) is not denied:
                return Q(*parts)
            return Q(*parts, _connector=Q.OR)
        case Linked():
            return _linked(there, node, denied=denied)
        case Literal():
            return EVERYBODY if (node.value is True) is not denied else NOBODY
    return _atom(there, node, denied=denied)


def _linked(there: EntitySet, node: Linked, *, denied: bool) -> Q:
    behind, rows = there.behind(node.link), there.linked(node.link)
    fulfilled = Exists(rows.filter(_asked(behind, node.condition, denied=node.every)))
    return Q(~fulfilled) if node.every is not denied else Q(fulfilled)


def _atom(there: EntitySet, node: Node, *, denied: bool) -> Q:
    links = {path.steps[0] if there.entity.link_of(path.steps[0]) else "" for path in paths(node)}
    if len(links) > 1:
        raise Unsupported("One comparison speaks of one entity: “%(path)s” is another one's.", path=str(paths(node)[-1]))
    if link := links.pop():
        return _linked(there, Linked(link, without_first_step(node)), denied=denied)
    found = _true_or_false(there, node)
    if not denied:
        return found
    case = Case(When(found, then=Value(1)), default=Value(0), output_field=IntegerField())
    return Q(Exact(case, Value(0)))


def _true_or_false(there: EntitySet, node: Node) -> Q:
    match node:
        case Comparison():
            return _comparison(there, node)
        case Path():
            return Q(Exact(_value(there, node), Value(True, output_field=BooleanField())))
        case Call():
            return _call(there, node)
    return _asked(there, node, denied=False)


def _comparison(there: EntitySet, node: Comparison) -> Q:
    kinds = {kind_of(node.left, there.entity), kind_of(node.right, there.entity)}
    if node.operator in ("eq", "ne"):
        equal = _equal_truths(there, node) if Kind.BOOLEAN in kinds else _equal(there, node, kinds)
        if node.operator == "eq":
            return equal
        return Q(Exact(Case(When(equal, then=Value(1)), default=Value(0), output_field=IntegerField()), Value(0)))
    if Kind.NULL in kinds:
        return NOBODY
    left, right = _sides(there, node)
    return Q(_ORDERED[node.operator](left, right))


def _equal_truths(there: EntitySet, node: Comparison) -> Q:
    """Two conditions that are both fulfilled, or both not."""
    if Literal(None) in (node.left, node.right):
        return NOBODY
    left, right = _asked(there, node.left, denied=False), _asked(there, node.right, denied=False)
    not_left, not_right = _asked(there, node.left, denied=True), _asked(there, node.right, denied=True)
    return (left & right) | (not_left & not_right)


def _equal(there: EntitySet, node: Comparison, kinds: set[Kind]) -> Q:
    if Kind.IDENTITY in kinds and Kind.TEXT in kinds:
        return _same_id(there, node)
    if node.right == Literal(None):
        return Q(IsNull(_value(there, node.left), True))
    if node.left == Literal(None):
        return Q(IsNull(_value(there, node.right), True))
    left, right = _sides(there, node)
    equal = Q(Exact(left, right))
    if isinstance(node.left, Literal) or isinstance(node.right, Literal):
        return equal
    return equal | (Q(IsNull(left, True)) & Q(IsNull(right, True)))


def _same_id(there: EntitySet, node: Comparison) -> Q:
    path, other = (node.left, node.right) if isinstance(node.left, Path) else (node.right, node.left)
    if not isinstance(path, Path) or not isinstance(other, Literal):
        raise Unsupported("An id that is no number is compared with a text that is written out.")
    try:
        wanted = UUID(str(other.value))
    except ValueError:
        return NOBODY
    return Q(Exact(there.columns[str(path)].expression, Value(wanted, output_field=UUIDField())))


def _sides(there: EntitySet, node: Comparison) -> tuple[Any, Any]:
    """Both sides; where one is a time in milliseconds, so is the other."""
    columns = [_column(there, one) for one in (node.left, node.right)]
    if not any(one is not None and one.milliseconds for one in columns):
        return _value(there, node.left), _value(there, node.right)
    return _milliseconds(node.left, columns[0]), _milliseconds(node.right, columns[1])


def _column(there: EntitySet, node: Node) -> Column | None:
    return there.columns[str(node)] if isinstance(node, Path) else None


def _milliseconds(node: Node, column: Column | None) -> Any:
    if column is not None and column.milliseconds:
        return column.expression
    if isinstance(node, Literal) and isinstance(node.value, datetime):
        return Value(ms_from_datetime(node.value), output_field=IntegerField())
    raise Unsupported("The time of the newest reading is compared with a time that is written out.")


def _value(there: EntitySet, node: Node) -> Any:
    """What the node stands for, as an expression."""
    match node:
        case Literal():
            return _literal(node.value)
        case Path():
            return there.columns[str(node)].expression
        case Negative():
            return _float(Value(0.0, output_field=FloatField()) - _number(there, node.operand))
        case Arithmetic():
            return _reckoned(there, node)
        case Call():
            return _function(there, node)
    return Case(When(_true_or_false(there, node), then=Value(True)), default=Value(False), output_field=BooleanField())


def _literal(value: Any) -> Value:
    match value:
        case bool():
            return Value(value, output_field=BooleanField())
        case float():
            return Value(value, output_field=FloatField())
        case str():
            return Value(value, output_field=CharField())
        case datetime():
            return Value(value, output_field=DateTimeField())
        case date():
            return Value(value, output_field=DateField())
        case time():
            return Value(value, output_field=TimeField())
    return Value(None, output_field=FloatField())


def _float(expression: Any) -> Any:
    return ExpressionWrapper(expression, output_field=FloatField())


def _number(there: EntitySet, node: Node) -> Any:
    return _float(_value(there, node) * Value(1.0, output_field=FloatField())) if isinstance(node, Path) else _value(there, node)


def _reckoned(there: EntitySet, node: Arithmetic) -> Any:
    if kind_of(node, there.entity) is not Kind.NUMBER:
        raise Unsupported("“%(operator)s” upon times of the registry is not supported.", operator=node.operator)
    left, right = _number(there, node.left), _number(there, node.right)
    match node.operator:
        case "add":
            return _float(left + right)
        case "sub":
            return _float(left - right)
        case "mul":
            return _float(left * right)
    quotient = _float(left / NullIf(right, Value(0.0, output_field=FloatField())))
    if node.operator == "div":
        return quotient
    zero = Value(0.0, output_field=FloatField())
    whole = Case(
        When(GreaterThanOrEqual(quotient, zero), then=Floor(quotient)), default=Ceil(quotient), output_field=FloatField()
    )
    return _float(left - right * whole)


def _function(there: EntitySet, call: Call) -> Any:
    if call.name == "geo.distance":
        return _distance(there, call)
    if kind_of(call.arguments[0], there.entity) is Kind.TIME:
        return _of_time(there, call)
    if call.name in ("round", "floor", "ceiling"):
        return _rounded(call.name, _number(there, call.arguments[0]))
    given = [_value(there, one) for one in call.arguments]
    match call.name:
        case "length":
            return Length(given[0])
        case "indexof":
            return ExpressionWrapper(StrIndex(given[0], given[1]) - Value(1), output_field=IntegerField())
        case "substring":
            return _part(call, given[0])
        case "tolower":
            return Lower(given[0])
        case "toupper":
            return Upper(given[0])
        case "trim":
            return Trim(given[0])
        case "concat":
            return Concat(*given, output_field=CharField())
    return Case(When(_call(there, call), then=Value(True)), default=Value(False), output_field=BooleanField())


def _part(call: Call, text: Any) -> Any:
    bounds = [one.value if isinstance(one, Literal) else None for one in call.arguments[1:]]
    if not all(isinstance(one, float) for one in bounds):
        raise Unsupported("substring takes numbers that are written out.")
    begin, *length = (int(one) for one in bounds if isinstance(one, float))
    if begin < 0 or (length and length[0] < 0):
        return Value(None, output_field=CharField())
    return Substr(text, begin + 1, *length)


def _rounded(name: str, value: Any) -> Any:
    if name == "floor":
        return Floor(value)
    if name == "ceiling":
        return Ceil(value)
    half, zero = Value(0.5, output_field=FloatField()), Value(0.0, output_field=FloatField())
    up, down = Floor(_float(value + half)), Ceil(_float(value - half))
    return Case(When(GreaterThanOrEqual(value, zero), then=up), default=down, output_field=FloatField())


def _of_time(there: EntitySet, call: Call) -> Any:
    column = _column(there, call.arguments[0])
    if column is not None and column.milliseconds:
        raise Unsupported("The function %(name)s upon the time of the newest reading is not supported.", name=call.name)
    moment = _value(there, call.arguments[0])
    match call.name:
        case "date":
            return TruncDate(moment, tzinfo=UTC)
        case "time":
            return TruncTime(moment, tzinfo=UTC)
        case "totaloffsetminutes":
            return Case(When(IsNull(moment, False), then=Value(0.0)), output_field=FloatField())
        case "fractionalseconds":
            raise Unsupported("The function %(name)s upon times of the registry is not supported.", name=call.name)
    return _OF_TIME[call.name](moment, tzinfo=UTC)


def _call(there: EntitySet, call: Call) -> Q:
    """A function that is true or false."""
    if kind_of(call.arguments[0], there.entity) is Kind.PLACE:
        return _place_function(there, call)
    if any(one == Literal(None) for one in call.arguments):
        return NOBODY
    first, second = (_value(there, one) for one in call.arguments)
    match call.name:
        case "contains":
            return Q(GreaterThan(StrIndex(first, second), Value(0)))
        case "substringof":
            return Q(GreaterThan(StrIndex(second, first), Value(0)))
        case "startswith":
            return Q(Exact(Left(first, Length(second)), second))
    return Q(Exact(Right(first, Length(second)), second))


def _place_and_shape(call: Call) -> tuple[Path, Place]:
    left, right = call.arguments
    if isinstance(left, Path) and isinstance(right, Literal) and isinstance(right.value, Place):
        return left, right.value
    if isinstance(right, Path) and isinstance(left, Literal) and isinstance(left.value, Place) and call.name != "st_within":
        return right, left.value
    raise Unsupported("%(name)s takes a place of the entity and a geometry that is written out.", name=call.name)


def _place_function(there: EntitySet, call: Call) -> Q:
    path, place = _place_and_shape(call)
    kind = place.shape.geom_type
    if kind == "Point":
        inside = lies_at(place.shape.x, place.shape.y)
    elif kind in ("Polygon", "MultiPolygon"):
        inside = NOBODY if call.name == "st_equals" else lies_within(place.shape)
    else:
        raise Unsupported("%(name)s takes a POINT, POLYGON or MULTIPOLYGON.", name=call.name)
    column = there.columns[str(path)]
    if column.places is not None:
        inside = Q(Exists(column.places.filter(inside)))
    if call.name == "st_disjoint":
        return Q(Exact(Case(When(inside, then=Value(1)), default=Value(0), output_field=IntegerField()), Value(0)))
    return inside


def _distance(there: EntitySet, call: Call) -> Any:
    """In degrees, as the plane of longitude and latitude has it."""
    path, place = _place_and_shape(call)
    if place.shape.geom_type != "Point":
        raise Unsupported("%(name)s takes a POINT.", name=call.name)
    column = there.columns[str(path)]
    east = _float(column.expression - Value(place.shape.x, output_field=FloatField()))
    north = _float(column.latitude - Value(place.shape.y, output_field=FloatField()))
    return Sqrt(_float(east * east + north * north))
