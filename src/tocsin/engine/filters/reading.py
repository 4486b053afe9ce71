"""A filter as somebody wrote it becomes a tree of plain JSON: CQL2 text by the parser of `cql2`, CQL2 JSON as it is."""

import cql2

from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput

LONGEST = 60_000  # characters of a filter: a polygon of some thousand corners
DEEPEST = 60  # brackets within each other

type Tree = dict[str, Tree] | list[Tree] | str | float | int | bool | None


def read_text(text: str) -> Tree:
    """The tree of a filter in CQL2 text; InvalidInput says where it can't be read.

    >>> read_text("floors > 3")
    {'op': '>', 'args': [{'property': 'floors'}, 3.0]}
    """
    _bounded(text, "(", ")")
    try:
        tree: Tree = cql2.parse_text(text).to_json()
    except (cql2.ParseError, cql2.ValidationError, ValueError) as error:
        raise InvalidInput("The filter is not CQL2 text: %(why)s", why=_first_lines(str(error))) from None
    return tree


def read_tree(text: str) -> Tree:
    """The tree of a filter in CQL2 JSON."""
    _bounded(text, "[{", "]}")
    tree: Tree = read_json(text)
    return tree


def named_in(tree: Tree) -> set[str]:
    """The properties that a filter names.

    >>> sorted(named_in(read_text("floors > 3 AND name LIKE 'a%'")))
    ['floors', 'name']
    """
    waiting, found = [tree], set()
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            if isinstance(name := part.get("property"), str):
                found.add(name)
            waiting += part.values()
    return found


def _bounded(text: str, opening: str, closing: str) -> None:
    """A filter is so long and so deep at most, or reading it would cost without bound."""
    if len(text) > LONGEST:
        raise InvalidInput("The filter is longer than %(most)s characters.", most=LONGEST)
    depth = deepest = 0
    for letter in text:
        depth += (letter in opening) - (letter in closing)
        deepest = max(deepest, depth)
    if deepest > DEEPEST or text.lower().count("not") > 1000:
        raise InvalidInput("The filter has more than %(most)s brackets within each other.", most=DEEPEST)


def _first_lines(text: str) -> str:
    """What the parser says, on one line: the place, and what it expected there."""
    lines = [line.strip(" |") for line in text.splitlines()]
    place = lines[0].removeprefix("--> ") if lines else ""
    expected = next((line for line in lines if line.startswith("= ")), "").removeprefix("= ")
    return f"{place} {expected}".strip()[:300]
