"""`major_hazard.toml` as the tables of the engine."""

from itertools import pairwise
from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, read_policy
from tocsin.engine.major_hazard import Alpha, Grade, HazardClass, Substance, Tables

FILE = Path(__file__).with_name("major_hazard.toml")


class MajorHazardPolicy(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    rename={"alphas": "alpha", "grades": "grade", "classes": "class", "substances": "substance"},
):
    """The whole file."""

    unknown_people: Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]
    alphas: tuple[Alpha, ...]
    grades: tuple[Grade, ...]
    classes: tuple[HazardClass, ...]
    substances: tuple[Substance, ...]


def _check(policy: MajorHazardPolicy, source: str) -> None:
    people, limits = [one.people for one in policy.alphas], [one.least_r for one in policy.grades]
    for name, steps in (("alpha", people), ("grade", limits)):
        if not steps or steps[-1] != 0 or any(one <= after for one, after in pairwise(steps)):
            raise ValueError(f"{source}: {name}: the highest first, each once, down to 0")
    symbols = [one.symbol for one in policy.classes]
    if twice := [one for one in symbols if symbols.count(one) > 1]:
        raise ValueError(f"{source}: class {twice[0]} stands there twice")
    numbers = [one.number for one in policy.substances]
    if twice_numbers := [one for one in numbers if numbers.count(one) > 1]:
        raise ValueError(f"{source}: substance {twice_numbers[0]} stands there twice")
    rows: tuple[HazardClass | Substance, ...] = (*policy.classes, *policy.substances)
    for row in rows:
        if not (row.critical_t > 0 and row.beta > 0):
            raise ValueError(f"{source}: {row.zh}: critical_t and beta are above 0")


def _read(text: bytes, source: str) -> Tables:
    policy = read_policy(text, MajorHazardPolicy, source)
    _check(policy, source)
    return Tables(policy.classes, policy.substances, policy.alphas, policy.grades, policy.unknown_people)


MAJOR_HAZARD = PolicyFile("hazchem.installations", FILE, _read, "重大危险源辨识", "Identification of major hazards")


def tables() -> Tables:
    """The tables in force."""
    return MAJOR_HAZARD.current()
