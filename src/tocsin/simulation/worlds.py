"""The worlds that cases are made in: the first, which the engine was fitted to, and the one that only judges."""

from tocsin.base.errors import InvalidInput
from tocsin.simulation.cases import SimulatedCase, make_case
from tocsin.simulation.districts.fittings import FAMILIES as FIRST_FAMILIES
from tocsin.simulation.judging.districts.families import FAMILIES as JUDGING_FAMILIES
from tocsin.simulation.judging.districts.written import make_judging_case

FIRST, JUDGING = "first", "judging"
WORLDS = {FIRST: tuple(FIRST_FAMILIES), JUDGING: tuple(JUDGING_FAMILIES)}  # with their families, the usual one first


def folder_name(world: str, family: str, seed: int) -> str:
    """Name of a case's folder; the part before the hyphen says the family, and the world unless it is the first."""
    return f"{family}-{seed:06d}" if world == FIRST else f"{world}.{family}-{seed:06d}"


def world_of(family: str) -> tuple[str, str]:
    """(world, family) of the first part of a folder's name.

    >>> world_of("judging.clay"), world_of("rich")
    (('judging', 'clay'), ('first', 'rich'))
    """
    world, found, own = family.partition(".")
    return (world, own) if found else (FIRST, family)


def case_of(world: str, seed: int, family: str, cause: str | None = None, *, besides: bool = False) -> SimulatedCase:
    """The case of a seed in a family of a world; InvalidInput for a family that the world lacks, and as the world says.

    `besides`: with another fault at the same time, elsewhere (the judging world has one in a fifth of its cases anyway).
    """
    if family not in WORLDS[world]:
        known = ", ".join(WORLDS[world])
        raise InvalidInput(
            "world “%(world)s” has no family “%(family)s”; it has %(known)s", world=world, family=family, known=known
        )
    make = make_case if world == FIRST else make_judging_case
    return make(seed, family, cause, besides=besides)
