"""A site cut into units: production by isolating valves, tanks by bund, stores by building (GB 18218-2018, 3.4 and 3.5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tocsin.base.errors import InvalidInput
from tocsin.engine.major_hazard.held import Held, Unit, UnitKind


@dataclass(frozen=True)
class Equipment:
    """A tank, reactor, column, bay of a store. `bund` or `building`: where it stands; both empty for what stands by itself."""

    name: str
    kind: UnitKind
    held: tuple[Held, ...]
    bund: str = ""
    building: str = ""


@dataclass(frozen=True)
class Joint:
    """A pipe between two pieces of equipment. `isolating`: a valve on it can part them in an emergency."""

    one: str
    other: str
    isolating: bool


@dataclass(frozen=True)
class Cut:
    """A unit with the equipment that it is made of. `unparted`: joints without an isolating valve that lead out of it, which the
    standard does not know: a storage unit that can't be parted from its neighbour.
    """

    unit: Unit
    equipment: tuple[str, ...]
    unparted: tuple[Joint, ...]


def cut_units(equipment: Sequence[Equipment], joints: Iterable[Joint], people: int | None = None) -> list[Cut]:
    """Units of a site, in the order of their first equipment, each substance of an equipment a line of its own.

    Production equipment that no isolating valve parts is one unit; tanks of a bund are one, bays of a building are one.
    InvalidInput where a joint leads to equipment that is not there, or a name stands there twice.
    """
    by_name = {one.name: one for one in equipment}
    if len(by_name) < len(equipment):
        names = [one.name for one in equipment]
        raise InvalidInput("The equipment %(name)s stands there twice.", name=next(one for one in names if names.count(one) > 1))
    root = {one.name: one.name for one in equipment}

    def find(name: str) -> str:
        while root[name] != name:
            root[name] = root[root[name]]
            name = root[name]
        return name

    joints = tuple(joints)
    for joint in joints:
        for end in (joint.one, joint.other):
            if end not in by_name:
                raise InvalidInput("A joint leads to %(name)s, which is not among the equipment.", name=end)
        ends = by_name[joint.one], by_name[joint.other]
        if not joint.isolating and all(end.kind is UnitKind.PRODUCTION for end in ends):
            root[find(joint.one)] = find(joint.other)
    groups: dict[tuple[UnitKind, str, str], list[Equipment]] = {}
    for one in equipment:
        groups.setdefault(_key(one, find(one.name)), []).append(one)
    return [_cut(kind, label, parts, joints, people) for (kind, _, label), parts in groups.items()]


def _key(one: Equipment, root: str) -> tuple[UnitKind, str, str]:
    if one.kind is UnitKind.PRODUCTION:
        return one.kind, "part", root
    if one.bund:
        return one.kind, "bund", one.bund
    return (one.kind, "building", one.building) if one.building else (one.kind, "alone", one.name)


def _cut(kind: UnitKind, label: str, parts: Sequence[Equipment], joints: Sequence[Joint], people: int | None) -> Cut:
    names = tuple(one.name for one in parts)
    name = label if kind is UnitKind.STORAGE else names[0]
    unparted = tuple(one for one in joints if not one.isolating and (one.one in names) != (one.other in names))
    return Cut(Unit(name, kind, tuple(held for one in parts for held in one.held), people), names, unparted)
