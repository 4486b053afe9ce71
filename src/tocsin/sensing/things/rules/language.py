"""Reads a condition (`$filter`) into a tree.

    Thing/properties/code eq 'well-1' and result gt 12.5 and phenomenonTime ge now() sub duration'P1D'

Length, depth and the number of parts are bounded, so that whatever is sent is answered at once.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

import shapely
from shapely.errors import ShapelyError

from tocsin.base.errors import InvalidInput
from tocsin.sensing.things.rules.tree import (
    And,
    Arithmetic,
    Call,
    Comparison,
    Linked,
    Literal,
    Negative,
    Node,
    Not,
    Or,
    Path,
    Place,
    without_first_step,
)

LONGEST: Final = 8000  # characters
DEEPEST: Final = 40
MOST_PARTS: Final = 400
MOST_CORNERS: Final = 500
_LARGEST: Final = 1e15  # numbers; beyond it databases differ

_TOKEN: Final = re.compile(
    r"""\s*(?:
    (?P<quoted>(?:geography|geometry|duration)?'(?:[^']|'')*')
    |(?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+\ -]\d\d:\d\d)?)
    |(?P<uuid>[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})
    |(?P<day>\d{4}-\d\d-\d\d)
    |(?P<clock>\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)
    |(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?)
    |(?P<name>[A-Za-z_@][A-Za-z0-9_.@]*)
    |(?P<sign>[()/,:-])
    )""",
    re.VERBOSE,
)
_DURATION: Final = re.compile(
    r"([+-])?P(?=[\dT])(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,6})?)S)?)?"
)
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}
_COMPARISONS: Final = frozenset({"eq", "ne", "gt", "ge", "lt", "le"})
_SUMS: Final = frozenset({"add", "sub"})
_PRODUCTS: Final = frozenset({"mul", "div", "mod"})


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


def read_condition(text: str) -> Node:
    """The tree; InvalidInput says where it can't be read.

    >>> read_condition("result gt 5")
    Comparison(operator='gt', left=Path(steps=('result',)), right=Literal(value=5.0))
    """
    if len(text) > LONGEST:
        raise InvalidInput("A condition has %(most)d characters at most; this one has %(count)d.", most=LONGEST, count=len(text))
    return _Parser(text).whole()


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise _unreadable(text, at)
        kind = str(match.lastgroup)
        found.append(_Token(kind, match[kind], match.start(kind)))
        at = match.end()
    return found


def _unreadable(text: str, at: int) -> InvalidInput:
    there = text[at : at + 20].strip()
    if not there:
        return InvalidInput("The condition ends too early.")
    return InvalidInput("The condition can't be read at character %(at)d: “%(there)s”.", at=at + 1, there=there)


class _Parser:
    """One text from left to right; `_depth` counts brackets and chains that are open."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._next = 0
        self._depth = 0
        self._parts = 0
        self._variables: list[str] = []

    def whole(self) -> Node:
        node = self._either()
        if self._next < len(self._tokens):
            raise self._unread()
        return node

    def _either(self) -> Node:
        operands = [self._both()]
        while self._word("or"):
            operands.append(self._both())
        return operands[0] if len(operands) == 1 else Or(tuple(operands))

    def _both(self) -> Node:
        operands = [self._denied()]
        while self._word("and"):
            operands.append(self._denied())
        return operands[0] if len(operands) == 1 else And(tuple(operands))

    def _denied(self) -> Node:
        if self._word("not"):
            return Not(self._deeper(self._denied))
        return self._compared()

    def _compared(self) -> Node:
        left = self._sum()
        operator = self._word_of(_COMPARISONS)
        if operator:
            return self._counted(Comparison(operator, left, self._sum()))
        if self._word("in"):
            self._sign("(")
            values = self._listed(self._sum)
            equals: list[Node] = [self._counted(Comparison("eq", left, one)) for one in values]
            return equals[0] if len(equals) == 1 else Or(tuple(equals))
        return left

    def _sum(self) -> Node:
        return self._chain(_SUMS, self._product)

    def _product(self) -> Node:
        return self._chain(_PRODUCTS, self._single)

    def _chain(self, operators: frozenset[str], operand: Callable[[], Node]) -> Node:
        """Left to right; each link is one level more of the tree."""
        node, before = operand(), self._depth
        while operator := self._word_of(operators):
            self._enter()
            node = self._counted(Arithmetic(operator, node, operand()))
        self._depth = before
        return node

    def _single(self) -> Node:
        token = self._take()
        if token.kind == "sign" and token.text == "-":
            return Negative(self._deeper(self._single))
        if token.kind == "sign" and token.text == "(":
            node = self._deeper(self._either)
            self._sign(")")
            return node
        if token.kind == "name":
            return self._named(token)
        if token.kind == "sign":
            self._next -= 1
            raise self._unread()
        return self._counted(Literal(_literal(token)))

    def _named(self, token: _Token) -> Node:
        if token.text in _WORDS:
            return self._counted(Literal(_WORDS[token.text]))
        if self._is_sign("("):
            self._sign("(")
            arguments = () if self._is_sign(")") else tuple(self._deeper(lambda: self._listed(self._either)))
            if not arguments:
                self._sign(")")
            return self._counted(Call(token.text, arguments))
        steps = [token.text]
        while self._is_sign("/"):
            self._sign("/")
            step = self._take()
            if step.kind != "name":
                raise _unreadable(self._text, step.at)
            if step.text in ("any", "all") and self._is_sign("("):
                return self._lambda(steps, every=step.text == "all")
            steps.append(step.text)
        return self._path(steps)

    def _stranger(self, steps: list[str]) -> InvalidInput:
        text = "Within any() and all() only %(variable)s can be spoken of, not “%(path)s”."
        return InvalidInput(text, variable=self._variables[-1], path="/".join(steps))

    def _path(self, steps: list[str]) -> Node:
        if self._variables:
            if steps[0] != self._variables[-1]:
                raise self._stranger(steps)
            if len(steps) == 1:
                raise InvalidInput("“%(path)s” is an entity; name a property of it.", path=steps[0])
        if steps[-1] == "id":
            steps = [*steps[:-1], "@iot.id"]
        return self._counted(Path(tuple(steps)))

    def _lambda(self, steps: list[str], *, every: bool) -> Node:
        if self._variables:
            if steps[0] != self._variables[-1]:
                raise self._stranger(steps)
            steps = steps[1:]
        if not steps:
            raise InvalidInput("any() and all() stand behind a link.")
        self._sign("(")
        if not every and self._is_sign(")"):
            self._sign(")")
            inner: Node = Literal(True)
        else:
            variable = self._take()
            self._sign(":")
            self._variables.append(variable.text)
            inner = without_first_step(self._deeper(self._either))
            self._variables.pop()
            self._sign(")")
        for number, link in enumerate(reversed(steps)):
            inner = self._counted(Linked(link, inner, every=every and number == 0))
        return inner

    def _listed(self, one: Callable[[], Node]) -> list[Node]:
        """Up to the closing bracket."""
        found = [one()]
        while self._is_sign(","):
            self._sign(",")
            found.append(one())
        self._sign(")")
        return found

    def _deeper[T](self, read: Callable[[], T]) -> T:
        self._enter()
        node = read()
        self._depth -= 1
        return node

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise InvalidInput("A condition has %(most)d levels within each other at most.", most=DEEPEST)

    def _counted[T](self, node: T) -> T:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise InvalidInput("A condition has %(most)d parts at most.", most=MOST_PARTS)
        return node

    def _word(self, word: str) -> bool:
        return bool(self._word_of(frozenset({word})))

    def _word_of(self, words: frozenset[str]) -> str:
        if self._next < len(self._tokens):
            token = self._tokens[self._next]
            if token.kind == "name" and token.text in words:
                self._next += 1
                return token.text
        return ""

    def _is_sign(self, sign: str) -> bool:
        return self._next < len(self._tokens) and self._tokens[self._next] == _Token("sign", sign, self._tokens[self._next].at)

    def _sign(self, sign: str) -> None:
        if not self._is_sign(sign):
            raise self._unread()
        self._next += 1

    def _take(self) -> _Token:
        if self._next >= len(self._tokens):
            raise self._unread()
        self._next += 1
        return self._tokens[self._next - 1]

    def _unread(self) -> InvalidInput:
        at = self._tokens[self._next].at if self._next < len(self._tokens) else len(self._text)
        return _unreadable(self._text, at)


def _literal(token: _Token) -> bool | float | str | datetime | date | time | timedelta | Place:
    try:
        match token.kind:
            case "number":
                return _number(token.text)
            case "moment":
                return _moment(token.text)
            case "day":
                return date.fromisoformat(token.text)
            case "clock":
                return time.fromisoformat(token.text)
            case "uuid":
                return token.text.lower()
    except ValueError as error:
        raise InvalidInput("“%(given)s” is no time of the calendar.", given=token.text) from error
    word, _quote, rest = token.text.partition("'")
    text = rest[:-1].replace("''", "'")
    if word == "duration":
        return _duration(text)
    return _place(text) if word else text


def _number(text: str) -> float:
    number = float(text)
    if number > _LARGEST:
        raise InvalidInput("A number of a condition is %(most)s at most.", most="1e15")
    return number


def _moment(text: str) -> datetime:
    """A `+` that became a blank on its way through an address is taken for one."""
    found = datetime.fromisoformat(text.replace(" ", "+"))
    if found.tzinfo is None:
        raise InvalidInput("“%(given)s” names no zone: write Z behind it, or +08:00.", given=text)
    return found


def _duration(text: str) -> timedelta:
    match = _DURATION.fullmatch(text)
    if match is None:
        raise InvalidInput("“%(given)s” is no duration such as P1DT2H30M.", given=text[:40])
    sign, days, hours, minutes, seconds = match.groups()
    length = timedelta(days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0), seconds=float(seconds or 0))
    return -length if sign == "-" else length


def _place(text: str) -> Place:
    text = re.sub(r"^SRID=4326;", "", text.strip(), flags=re.IGNORECASE)
    try:
        shape = shapely.from_wkt(text)
    except (ShapelyError, ValueError, TypeError) as error:
        raise InvalidInput("“%(given)s” is no geometry such as POINT (120.4 36.2).", given=text[:40]) from error
    if shape is None or shape.is_empty or shape.has_z or shapely.get_num_coordinates(shape) > MOST_CORNERS:
        raise InvalidInput("A geometry of a condition lies in the plane and has %(most)d corners at most.", most=MOST_CORNERS)
    low_lon, low_lat, high_lon, high_lat = shape.bounds
    if not (-180 <= low_lon <= high_lon <= 180 and -90 <= low_lat <= high_lat <= 90):
        raise InvalidInput("A geometry of a condition is in degrees, longitude before latitude.")
    if not shape.is_valid:
        raise InvalidInput("The geometry of the condition crosses itself.")
    return Place(shape)
