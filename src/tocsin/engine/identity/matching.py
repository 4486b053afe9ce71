"""Records of platforms against the register: blocks for speed, odds for each candidate, a verdict with its waterfall."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tocsin.engine.identity.comparing import Entry, Read, Weight, compare, read
from tocsin.engine.identity.figures import IdentityFigures
from tocsin.engine.identity.names import Reader

_SAME_CODE: Final = ("equal", "equal_unchecked", "typed")
CELL_DEG: Final = 0.004  # about 400 m: a block of neighbours on the ground, looked at with its eight neighbours


class Standing(StrEnum):
    """Whether a record is an entry of the register."""

    MATCHED = "matched"
    UNSURE = "unsure"
    NEW = "new"


@dataclass(frozen=True)
class Candidate:
    """One entry of the register that the record may be: its probability among all, odds in bits, and the waterfall.

    `bits` is `prior_bits` and the weights added up; `probability` also weighs what the other candidates claim. `other_site`: the
    probability that the record is another site of this entry's firm, which the register does not have.
    """

    key: str
    probability: float
    other_site: float
    bits: float
    prior_bits: float
    weights: tuple[Weight, ...]


@dataclass(frozen=True)
class Match:
    """The verdict on one record, its candidates by falling probability."""

    standing: Standing
    candidates: tuple[Candidate, ...]

    @property
    def best(self) -> Candidate | None:
        """The likeliest; None where nothing was near."""
        return self.candidates[0] if self.candidates else None


class Register:
    """Entries to match against, blocked by everything two entries of one firm may still share after a slip.

    `size`: the number of all objects where `entries` are only those near the records (it makes the prior); the default is
    their own number.
    """

    def __init__(self, entries: Iterable[Entry], figures: IdentityFigures, *, size: int | None = None) -> None:
        self.figures = figures
        self._reader = Reader(figures.words)
        self._read = {one.key: read(one, self._reader) for one in entries}
        self.size = max(size or len(self._read), 1)
        self._cores = Counter(one.name.core for one in self._read.values())
        self._brands = Counter(one.name.brand for one in self._read.values())
        blocks: dict[tuple[str, str], list[str]] = defaultdict(list)
        for key, one in self._read.items():
            for block in _blocks(one):
                blocks[block].append(key)
        self._blocks = blocks

    def candidates_of(self, record: Read) -> set[str]:
        """Keys of the entries that share a block with the record. A block of too many is left out, but never that of a code."""
        found: set[str] = set()
        for block in _looked_up(record):
            keys = self._blocks.get(block, ())
            if len(keys) <= self.figures.most_in_a_block or block[0] == "code":
                found.update(keys)
        return found

    def match(self, record: Entry, *, apart: Collection[str] = (), most: int = 5) -> Match:
        """The verdict on a record; `apart` are entries that a person has said it is not.

        One of these is true: the record is one of the candidates, another site of a candidate's firm, or of none. The odds o of
        one against none make its probability o / (1 + sum of all odds). A record whose credit code is in the register is never
        simply new: it is another site or a wrong code, and a person says which; two valid codes that differ are never joined
        without one.
        """
        one = read(record, self._reader)
        prior = math.log2(self.figures.share_known / self.size)
        found: list[tuple[float, float, str, tuple[Weight, ...]]] = []
        for key in self.candidates_of(one) - set(apart):
            other = self._read[key]
            weights = compare(one, other, self.figures, rarity=self._rarity(one, other))
            bits = prior + sum(weight.bits for weight in weights)
            site_bits = prior + math.log2(self.figures.share_sites) + sum(weight.site_bits for weight in weights)
            same_firm = weights[0].level in _SAME_CODE
            found.append((bits, site_bits if same_firm else -math.inf, key, weights))
        found.sort(key=lambda row: (-row[0], row[2]))
        total = (
            1.0 + sum(_odds(bits) for bits, *_rest in found) + max((_odds(site) for _bits, site, *_rest in found), default=0.0)
        )
        candidates = tuple(
            Candidate(key, _odds(bits) / total, _odds(site) / total, bits, prior, weights)
            for bits, site, key, weights in found[:most]
        )
        return Match(self._standing(candidates), candidates)

    def _standing(self, candidates: tuple[Candidate, ...]) -> Standing:
        if not candidates:
            return Standing.NEW
        if candidates[0].probability >= self.figures.matched:
            return Standing.UNSURE if candidates[0].weights[0].level == "different" else Standing.MATCHED
        same_code = any(one.weights[0].level in _SAME_CODE for one in candidates)
        asked = same_code or sum(one.probability for one in candidates) >= self.figures.unsure
        return Standing.UNSURE if asked else Standing.NEW

    def _rarity(self, reading: Read, other: Read) -> float:
        if reading.name.core == other.name.core:
            return self._cores[other.name.core] / self.size
        return self._brands[other.name.brand] / self.size if reading.name.brand == other.name.brand else 0.0


def _odds(bits: float) -> float:
    return float(2.0 ** min(bits, 60.0))


def _blocks(reading: Read) -> Iterator[tuple[str, str]]:
    """The blocks an entry lies in."""
    code = reading.entry.credit_code
    if code:
        yield "code", code
        yield "organisation", code[8:17]
        yield from (("code_slip", slip) for slip in _without_one(code))
    yield "core", reading.name.core
    yield "brand", reading.name.brand
    if 3 <= len(reading.name.core) <= 12:
        yield from (("core_slip", slip) for slip in _without_one(reading.name.core))
    if reading.address.street and reading.address.house:
        yield "address", reading.address.street + reading.address.house
    if reading.entry.lon is not None and reading.entry.lat is not None:
        yield "cell", f"{math.floor(reading.entry.lon / CELL_DEG)}:{math.floor(reading.entry.lat / CELL_DEG)}"


def _looked_up(reading: Read) -> Iterator[tuple[str, str]]:
    """Its own blocks, the neighbouring cells, and the blocks of an equal core with one character more or fewer."""
    yield from (block for block in _blocks(reading) if block[0] != "cell")
    yield "core_slip", reading.name.core
    yield from (("core", slip) for slip in _without_one(reading.name.core))
    if reading.entry.lon is not None and reading.entry.lat is not None:
        east, north = math.floor(reading.entry.lon / CELL_DEG), math.floor(reading.entry.lat / CELL_DEG)
        yield from (("cell", f"{east + x}:{north + y}") for x in (-1, 0, 1) for y in (-1, 0, 1))


def _without_one(text: str) -> set[str]:
    """The text with each one of its characters left out: two texts a slip apart share one of these (Garbe's deletions)."""
    return {text[:place] + text[place + 1 :] for place in range(len(text))}
