"""Random draws (双随机) that anybody can repeat: objects by weight without replacement, two inspectors for each.

Seed and candidates are fixed before anything is drawn: their hashes are published. The draw itself is arithmetic:

    u(label) = (first 52 bits of SHA-256(seed + "|" + label) + 0.5) / 2**52      label "object|<id>" or "inspector|<object>|<id>"
    key of an object = -ln(u) / weight; the smallest keys are drawn   (Efraimidis and Spirakis 2006, exponential form)
    inspectors of each object, in the order drawn: those with the fewest objects so far, among equals the smallest u
"""

import hashlib
import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict


@dataclass(frozen=True)
class Candidate:
    """An object that may be drawn. `organisation`: its own body, whose people never check it; empty for none."""

    id: str
    weight: float
    organisation: str = ""


@dataclass(frozen=True)
class Inspector:
    """A person who may be drawn, with the body that he belongs to and objects that he must not check."""

    id: str
    organisation: str = ""
    barred: Collection[str] = ()


@dataclass(frozen=True)
class Drawn:
    """One object with its inspectors; fewer than asked for where too few are free of conflicts."""

    object_id: str
    inspector_ids: tuple[str, ...]


class Candidates(TypedDict):
    """Who may be drawn, as it is frozen with a draw: `objects` [[id, weight, organisation]], `inspectors` [[id, organisation,
    [barred]]].
    """

    objects: list[list[object]]
    inspectors: list[list[object]]


class Result(TypedDict):
    """What was drawn, as it is kept: `drawn` [[object, [inspectors]]] in the order drawn."""

    drawn: list[list[object]]


def digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, hexadecimal: what is published of a seed before the draw."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of(value: Mapping[str, Any]) -> str:
    """SHA-256 of plain values as JSON with sorted keys and no blanks: what is published of the candidates."""
    return digest(json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")))


NOT_COMMITTED = ("without", "witness")
"""Of the terms: who is taken out is missing among the candidates anyhow, the words have a hash of their own."""


def digest_of_terms(terms: Mapping[str, Any]) -> str:
    """SHA-256 of the terms, as `digest_of`: what is published of numbers, weights and day before the draw."""
    return digest_of({name: value for name, value in terms.items() if name not in NOT_COMMITTED})


def digest_of_words(identity: str, words: str) -> str:
    """What the witness commits: SHA-256 of the draw's id and the words."""
    return digest(f"{identity}|{words}")


def full_seed(seed: str, witness: str) -> str:
    """The seed with the words that the witness committed before there was a seed: who knows one does not know the other."""
    return f"{seed}|{witness}" if witness else seed


def uniform(seed: str, label: str) -> float:
    """A number between 0 and 1, both excluded, from the seed and a label."""
    bits = int(digest(f"{seed}|{label}")[:13], 16)
    return (bits + 0.5) / 2**52


def draw_objects(candidates: Collection[Candidate], count: int, seed: str) -> list[str]:
    """Ids of `count` objects (all where there are fewer), in the order drawn. Weights must be above 0, else ValueError."""
    for one in candidates:
        if not (math.isfinite(one.weight) and one.weight > 0):
            raise ValueError(f"{one.id} has the weight {one.weight}")
    keys = sorted((-math.log(uniform(seed, f"object|{one.id}")) / one.weight, one.id) for one in candidates)
    return [identity for _key, identity in keys[:count]]


def draw_inspectors(
    objects: Sequence[Candidate], inspectors: Collection[Inspector], seed: str, per_object: int = 2
) -> list[Drawn]:
    """Inspectors for each object in its order, the work spread evenly. Nobody checks an object of the own organisation."""
    load = {one.id: 0 for one in inspectors}
    drawn = []
    for found in objects:
        free = [one for one in inspectors if not is_conflict(found, one)]
        free.sort(key=lambda one: (load[one.id], uniform(seed, f"inspector|{found.id}|{one.id}"), one.id))
        chosen = tuple(one.id for one in free[:per_object])
        for identity in chosen:
            load[identity] += 1
        drawn.append(Drawn(found.id, chosen))
    return drawn


def is_conflict(candidate: Candidate, inspector: Inspector) -> bool:
    """Whether this inspector must not check that object: of one body with it, or barred by name."""
    return bool(candidate.organisation and candidate.organisation == inspector.organisation) or candidate.id in inspector.barred


def repeat(candidates: Mapping[str, Any], count: int, seed: str, per_object: int = 2) -> list[Drawn]:
    """The whole draw from what is published.

    `candidates`: `objects` [[id, weight, organisation]], `inspectors` [[id, organisation, [ids of objects he must not check]]].
    """
    objects = {one[0]: Candidate(one[0], float(one[1]), one[2]) for one in candidates["objects"]}
    inspectors = [Inspector(one[0], one[1], tuple(one[2])) for one in candidates["inspectors"]]
    chosen = draw_objects(list(objects.values()), count, seed)
    return draw_inspectors([objects[one] for one in chosen], inspectors, seed, per_object)
