"""The options of a query: `$filter`, `$expand` with options of its own, `$select`, `$orderby`, `$top`, `$skip`, `$count`."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput
from tocsin.sensing.things.rules.entities import ENTITIES, Entity, property_or_refuse
from tocsin.sensing.things.rules.kinds import check_condition
from tocsin.sensing.things.rules.language import read_condition
from tocsin.sensing.things.rules.tree import Kind, Node, Unsupported

PAGE: Final = 100
MOST: Final = 1000
MOST_SKIPPED: Final = 100_000
DEEPEST: Final = 4  # links of an expansion behind each other
MOST_EXPANSIONS: Final = 12
LONGEST: Final = 16_000  # characters of all options together
OF_EXPANSION: Final = frozenset({"$filter", "$expand", "$select", "$orderby", "$top", "$skip", "$count"})
KNOWN: Final = OF_EXPANSION | {"$resultFormat", "$skiptoken"}


@dataclass(frozen=True)
class Order:
    """One property that is sorted by."""

    name: str
    descending: bool


@dataclass(frozen=True)
class Question:
    """What is asked of one set of entities. `sent`: the options as they came, for the address of the next page."""

    entity: Entity
    condition: Node | None = None
    selected: tuple[str, ...] = ()
    orders: tuple[Order, ...] = ()
    top: int | None = None
    skip: int = 0
    counted: bool = False
    expansions: "tuple[Expansion, ...]" = ()
    after: tuple[Any, ...] = ()
    as_array: bool = False
    sent: tuple[tuple[str, str], ...] = ()

    @property
    def page(self) -> int:
        """How many entities a page has at most."""
        return min(PAGE if self.top is None else self.top, MOST)

    def tells(self, entity: str) -> bool:
        """Whether an expansion of it leads to entities of that kind."""
        return any(one.question.entity.name == entity or one.question.tells(entity) for one in self.expansions)


@dataclass(frozen=True)
class Expansion:
    """A link whose entities are told in their place, and what is asked of them."""

    link: str
    question: Question


def read_options(entity: Entity, sent: Mapping[str, Sequence[str]], allowed: frozenset[str] = KNOWN) -> Question:
    """The question; InvalidInput or Unsupported says which option can't be read, and why."""
    if sum(len(name) + len(value) for name, values in sent.items() for value in values) > LONGEST:
        raise InvalidInput("The options have %(most)d characters together at most.", most=LONGEST)
    options: dict[str, str] = {}
    for name, values in sent.items():
        if name not in allowed:
            known = ", ".join(sorted(allowed))
            raise InvalidInput("There is no option “%(given)s” here; there are %(known)s.", given=name[:40], known=known or "-")
        if len(values) != 1:
            raise InvalidInput("The option %(name)s is sent once.", name=name)
        options[name] = values[0]
    return _question(entity, options, [0], DEEPEST)


def _question(entity: Entity, options: Mapping[str, str], expansions: list[int], deepest: int) -> Question:
    condition = None
    if "$filter" in options:
        condition = read_condition(options["$filter"])
        check_condition(condition, entity)
    orders = _orders(entity, options.get("$orderby", ""))
    return Question(
        entity=entity,
        condition=condition,
        selected=_selected(entity, options.get("$select", "")),
        orders=orders,
        top=_whole("$top", options["$top"], 10**9) if "$top" in options else None,
        skip=_whole("$skip", options.get("$skip", "0"), MOST_SKIPPED),
        counted=_yes("$count", options.get("$count", "false")),
        expansions=_expansions(entity, options.get("$expand", ""), expansions, deepest),
        after=_token(options["$skiptoken"], len(orders) + 1) if "$skiptoken" in options else (),
        as_array=_is_array(entity, options.get("$resultFormat")),
        sent=tuple((name, value) for name, value in options.items() if name != "$skiptoken"),
    )


def _whole(name: str, text: str, most: int) -> int:
    if not text.strip().isascii() or not text.strip().isdigit() or len(text) > 12 or int(text) > most:
        raise InvalidInput(
            "%(name)s is a whole number from 0 to %(most)d, not “%(given)s”.", name=name, most=most, given=text[:20]
        )
    return int(text)


def _yes(name: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise InvalidInput("%(name)s is true or false.", name=name)
    return text == "true"


def _is_array(entity: Entity, text: str | None) -> bool:
    if text is None:
        return False
    if text != "dataArray":
        raise InvalidInput("$resultFormat is dataArray.")
    if entity.name != "Observations":
        raise InvalidInput("dataArray is a form of Observations alone.")
    return True


def _selected(entity: Entity, text: str) -> tuple[str, ...]:
    names = [name.strip() for name in text.split(",")] if text else []
    for name in names:
        if name != "*" and entity.link_of(name) is None and not entity.has_within(name) and name != "@iot.selfLink":
            property_or_refuse(entity, name)
    return () if "*" in names else tuple("@iot.id" if name == "id" else name for name in names)


def _orders(entity: Entity, text: str) -> tuple[Order, ...]:
    found = []
    for part in text.split(",") if text else ():
        name, _blank, direction = part.strip().partition(" ")
        if direction.strip() not in ("", "asc", "desc"):
            raise InvalidInput("“%(given)s” can't be sorted by: write a property, and asc or desc behind it.", given=part[:60])
        if entity.link_of(name.partition("/")[0]) is not None:
            raise Unsupported("Sorting by what links lead to (“%(given)s”) is not supported.", given=name[:60])
        found.append(Order(_sortable(entity, name), direction.strip() == "desc"))
    if len(found) > 4:
        raise InvalidInput("At most four properties are sorted by.")
    return tuple(found)


def _sortable(entity: Entity, name: str) -> str:
    found = property_or_refuse(entity, name)
    if found.kind is None or found.kind is Kind.PLACE:
        raise Unsupported("“%(path)s” can't be filtered or sorted by.", path=name)
    return found.name


def _expansions(entity: Entity, text: str, made: list[int], deepest: int) -> tuple[Expansion, ...]:
    found: dict[str, Expansion] = {}
    for item in _parted(text, ",") if text else ():
        path, bracket, rest = item.partition("(")
        if bracket and not rest.rstrip().endswith(")"):
            raise InvalidInput("“%(given)s” of $expand has no closing bracket.", given=item[:60])
        expansion = _expansion(entity, path.strip(), rest.rstrip()[:-1] if bracket else "", made, deepest)
        if expansion.link in found:
            raise InvalidInput("$expand names “%(link)s” twice; put what is behind it into brackets.", link=expansion.link)
        found[expansion.link] = expansion
    return tuple(found.values())


def _expansion(entity: Entity, path: str, inner: str, made: list[int], deepest: int) -> Expansion:
    made[0] += 1
    if deepest <= 0 or made[0] > MOST_EXPANSIONS:
        text = "$expand goes %(deep)d links deep and names %(most)d links at most."
        raise InvalidInput(text, deep=DEEPEST, most=MOST_EXPANSIONS)
    name, _slash, behind = path.partition("/")
    link = entity.link_of(name)
    if link is None:
        known = ", ".join(one.name for one in entity.links)
        raise InvalidInput(
            "%(entity)s have no link “%(given)s”; they have %(known)s.", entity=entity.name, given=name[:60], known=known
        )
    target = ENTITIES[link.entity]
    if behind:
        further = _expansion(target, behind, inner, made, deepest - 1)
        sent = (("$expand", f"{behind}({inner})" if inner else behind),)
        return Expansion(name, Question(entity=target, expansions=(further,), sent=sent))
    options: dict[str, str] = {}
    for part in _parted(inner, ";") if inner else ():
        key, equals, value = part.partition("=")
        if key.strip() not in OF_EXPANSION or not equals or key.strip() in options:
            raise InvalidInput("“%(given)s” is no option within $expand.", given=part[:60])
        options[key.strip()] = value
    return Expansion(name, _question(target, options, made, deepest - 1))


def _parted(text: str, separator: str) -> list[str]:
    """The parts between separators that stand outside of brackets and quotes."""
    parts, begin, depth, quoted = [], 0, 0, False
    for at, sign in enumerate(text):
        if sign == "'":
            quoted = not quoted
        elif not quoted:
            depth += (sign == "(") - (sign == ")")
            if depth < 0:
                raise InvalidInput("“%(given)s” has a bracket too many.", given=text[:60])
            if sign == separator and depth == 0:
                parts.append(text[begin:at])
                begin = at + 1
    if depth or quoted:
        raise InvalidInput("“%(given)s” has a bracket or a quotation mark that is not closed.", given=text[:60])
    return [*parts, text[begin:]]


def written_token(values: Sequence[Any]) -> str:
    """Where a page ended: the values by which it is sorted, of its last entity."""
    import msgspec

    return base64.urlsafe_b64encode(msgspec.json.encode(list(values))).decode().rstrip("=")


def _token(text: str, count: int) -> tuple[Any, ...]:
    try:
        values = read_json(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (InvalidInput, binascii.Error, ValueError) as error:
        raise InvalidInput("$skiptoken comes from the address of a next page, unchanged.") from error
    if not isinstance(values, list) or len(values) != count:
        raise InvalidInput("$skiptoken comes from the address of a next page, unchanged.")
    if not all(one is None or isinstance(one, (str, int, float, bool)) for one in values):
        raise InvalidInput("$skiptoken comes from the address of a next page, unchanged.")
    return tuple(values)
