"""What an address below the root means: `Things('…')/Datastreams(17)/Observations`, `…/name/$value`, `…/$ref`."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from tocsin.base.errors import InvalidInput
from tocsin.sensing.things.rules.entities import ENTITIES, Entity, entity_behind

MOST_STEPS: Final = 8
LONGEST: Final = 1000
_SEGMENT: Final = re.compile(r"(?P<name>[A-Za-z@$][A-Za-z.]*)(?:\((?P<key>[^()]*)\))?")
_KEY: Final = re.compile(r"[A-Za-z0-9_.:-]{1,80}")


class NoSuchAddress(InvalidInput):
    """Nothing of the standard has this address: 404."""

    code = "not_found"


class Ending(StrEnum):
    """What is wanted of what the address leads to."""

    WHOLE = ""
    REFERENCES = "$ref"
    PROPERTY = "property"
    RAW = "$value"


@dataclass(frozen=True)
class Step:
    """A set or one entity. `link`: by which link of the step before, "" at the root; `key`: of the one that is meant."""

    entity: Entity
    link: str
    many: bool
    key: str | int | UUID | None


@dataclass(frozen=True)
class Address:
    """Steps from the root, and what is wanted of the last one."""

    steps: tuple[Step, ...]
    ending: Ending = Ending.WHOLE
    property_name: str = ""

    @property
    def entity(self) -> Entity:
        """What it leads to."""
        return self.steps[-1].entity

    @property
    def is_set(self) -> bool:
        """Whether it leads to a set and not to one entity."""
        return self.steps[-1].many and self.steps[-1].key is None


def read_address(text: str) -> Address:
    """The address; NoSuchAddress where there is none such.

    >>> read_address("Datastreams(17)/unitOfMeasurement/symbol/$value").property_name
    'unitOfMeasurement/symbol'
    """
    segments = text.strip("/").split("/")
    if len(text) > LONGEST or len(segments) > MOST_STEPS:
        raise NoSuchAddress("The address is too long.")
    steps: list[Step] = []
    while segments:
        step = _step(segments[0], steps)
        if step is None:
            break
        steps.append(step)
        segments.pop(0)
    if not steps:
        raise _nothing(text)
    return _ended(tuple(steps), segments, text)


def _nothing(text: str) -> NoSuchAddress:
    return NoSuchAddress("There is nothing at “%(given)s”.", given=text[:80])


def _step(segment: str, before: list[Step]) -> Step | None:
    match = _SEGMENT.fullmatch(segment)
    if match is None:
        return None
    name, key = match["name"], match["key"]
    if not before:
        if name not in ENTITIES:
            return None
        entity, many, link = ENTITIES[name], True, ""
    else:
        last = before[-1]
        found = last.entity.link_of(name)
        target = entity_behind(last.entity, name)
        if found is None or target is None or (last.many and last.key is None):
            return None
        entity, many, link = target, found.many, name
    if key is not None and not many:
        return None
    return Step(entity, link, many, None if key is None else read_key(entity, key))


def _ended(steps: tuple[Step, ...], rest: list[str], text: str) -> Address:
    address = Address(steps)
    if not rest:
        return address
    if rest == ["$ref"]:
        return Address(steps, Ending.REFERENCES)
    if address.is_set:
        raise _nothing(text)
    raw = rest[-1] == "$value"
    name = "/".join(rest[:-1] if raw else rest)
    if address.entity.property_of(name) is None and not address.entity.has_within(name):
        raise _nothing(text)
    return Address(steps, Ending.RAW if raw else Ending.PROPERTY, "@iot.id" if name == "id" else name)


def read_key(entity: Entity, text: str) -> str | int | UUID:
    """The id in an address: quoted or not, a number of up to nine digits for entities that are numbered.

    >>> read_key(ENTITIES["Datastreams"], "'17'")
    17
    """
    bare = text[1:-1] if len(text) > 2 and text[0] == text[-1] == "'" else text
    if not _KEY.fullmatch(bare):
        raise NoSuchAddress("“%(given)s” is no id of %(entity)s.", given=text[:80], entity=entity.name)
    if entity.numbered:
        if not bare.isascii() or not bare.isdigit() or len(bare) > 9:
            raise NoSuchAddress("“%(given)s” is no id of %(entity)s.", given=text[:80], entity=entity.name)
        return int(bare)
    if entity.name in ("ObservedProperties", "Observations"):
        return bare
    try:
        return UUID(bare)
    except ValueError as error:
        raise NoSuchAddress("“%(given)s” is no id of %(entity)s.", given=text[:80], entity=entity.name) from error
