"""Two entries compared field by field: the level each comparison ends at, and its weight in log2 odds."""

import math
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz.distance import OSA, Indel

from tocsin.base.credit_codes import CreditCodeVerdict, judge_credit_code
from tocsin.base.geometry import distance_m
from tocsin.engine.identity.figures import IdentityFigures
from tocsin.engine.identity.names import Address, Name, Reader

FIELDS: Final = ("credit_code", "name", "branch", "place", "trade")
_TYPED: Final = 3  # so many wrong characters are still a slip of the hand


@dataclass(frozen=True)
class Entry:
    """A firm or site as one register or platform knows it; empty texts and None are unknown.

    `lon`, `lat`: WGS84 degrees; `trade`: a key that both sides share.
    """

    key: str
    name: str
    credit_code: str = ""
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    trade: str = ""


@dataclass(frozen=True)
class Read:
    """An entry with its name and address taken apart."""

    entry: Entry
    name: Name
    address: Address
    code_verdict: CreditCodeVerdict


@dataclass(frozen=True)
class Weight:
    """One bar of the waterfall: what was compared, how it ended, its weight in bits (log2 odds), and what was measured.

    `site_bits`: the weight for "another site of that firm".
    """

    field: str
    level: str
    bits: float
    site_bits: float
    measured: float | None = None


def read(entry: Entry, reader: Reader) -> Read:
    """The entry, ready to be compared."""
    return Read(entry, reader.name(entry.name), reader.address(entry.address), judge_credit_code(entry.credit_code))


def compare(reading: Read, other: Read, figures: IdentityFigures, *, rarity: float | None = None) -> tuple[Weight, ...]:
    """The weights of a pair, one of each of FIELDS; an unknown value weighs 0.

    `rarity`: the share of the register's firms with the same core, if it is known: an equal name that many bear tells less
    (term frequency, as in Splink), one that nobody else bears is taken at the policy's figure.
    """
    code = _code(reading, other)
    name = _name(reading, other, figures)
    branch = _branch(reading, other)
    weights = [
        _weighed("credit_code", code, figures),
        _weighed("name", name, figures),
        _weighed("branch", branch, figures),
        _place(reading, other, figures),
        _weighed("trade", _trade(reading, other), figures),
    ]
    if rarity is not None and name in ("equal", "brand"):
        level = figures.level("name", name)
        bits = math.log2(level.same / max(level.other, level.same * rarity))
        weights[1] = replace(weights[1], bits=bits, site_bits=bits)
    return tuple(weights)


def _weighed(field: str, level: str, figures: IdentityFigures, measured: float | None = None) -> Weight:
    if level == "unknown":
        return Weight(field, level, 0.0, 0.0, measured)
    found = figures.level(field, level)
    return Weight(field, level, found.bits(), found.site_bits(), measured)


def _code(reading: Read, other: Read) -> str:
    """Equal, typed (a slip in a code that its check shows to be wrong), organisation, different, unknown."""
    a, b = reading.entry.credit_code, other.entry.credit_code
    if not a or not b:
        return "unknown"
    valid = (CreditCodeVerdict.VALID, CreditCodeVerdict.ORGANISATION)
    both = reading.code_verdict in valid and other.code_verdict in valid
    if a == b:
        return "equal" if both else "equal_unchecked"
    if not both:
        return "typed" if OSA.distance(a, b, score_cutoff=_TYPED) <= _TYPED else "different_unchecked"
    return "organisation" if a[8:17] == b[8:17] else "different"


def _name(reading: Read, other: Read, figures: IdentityFigures) -> str:
    """Equal, brand (one is the other's short form), near, slip (one character of a short one), sister, similar, different."""
    a, b = reading.name, other.name
    if not a.core or not b.core or a.core.isascii() != b.core.isascii():
        return "unknown"
    if a.core == b.core:
        return "equal"
    if a.brand == b.brand and len(a.brand) > 1:
        return "brand" if a.core.startswith(b.core) or b.core.startswith(a.core) else "sister"
    likeness = OSA.normalized_similarity(a.core, b.core)
    off = OSA.distance(a.core, b.core)
    if likeness >= figures.near_name and a.trade_words == b.trade_words and len(a.brand) > 2:
        return "near"
    if off == 1 and min(len(a.core), len(b.core)) > 2:
        return "slip"
    if max(likeness, Indel.normalized_similarity(a.core, b.core)) >= figures.similar_name:
        return "similar"
    return "different"


def _branch(reading: Read, other: Read) -> str:
    a, b = reading.name.branch, other.name.branch
    if not a and not b:
        return "none"
    if not a or not b:
        return "one_sided"
    return "equal" if a == b or OSA.distance(a, b) <= (1 if min(len(a), len(b)) > 4 else 0) else "different"


def _place(reading: Read, other: Read, figures: IdentityFigures) -> Weight:
    """Address and distance are two views of one thing: the one that tells more for the same firm counts, never both."""
    found = [_weighed("place", _address(reading.address, other.address, figures), figures)]
    a, b = reading.entry, other.entry
    if a.lon is not None and a.lat is not None and b.lon is not None and b.lat is not None:
        metres = distance_m(a.lon, a.lat, b.lon, b.lat)
        steps = (("within_near", figures.near_m), ("within_close", figures.close_m), ("within_far", figures.far_m))
        level = next((name for name, limit in steps if metres <= limit), "beyond")
        found.append(_weighed("place", level, figures, round(metres, 1)))
    known = [weight for weight in found if weight.level != "unknown"]
    return max(known, key=lambda weight: weight.bits, default=found[0])


def _address(a: Address, b: Address, figures: IdentityFigures) -> str:
    if len(a.text) < 3 or len(b.text) < 3:
        return "unknown"
    if a.text == b.text and a.house:
        return "same_address"
    if a.street and a.street == b.street and a.house and b.house:
        return "same_address" if a.house == b.house else "same_street"
    if Indel.normalized_similarity(a.text, b.text) >= figures.near_address:
        return "near_address" if a.house == b.house else "same_street"
    return "other_address"


def _trade(reading: Read, other: Read) -> str:
    if not reading.entry.trade or not other.entry.trade:
        return "unknown"
    return "equal" if reading.entry.trade == other.entry.trade else "different"
