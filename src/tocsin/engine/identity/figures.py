"""The figures of identity: words of names, and how much each agreement or difference speaks for the same firm."""

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """How often a comparison ends here for two entries of one object (`same`), and for two of different firms (`other`).

    `site`: how often for two sites of one firm; only branch and place tell these apart.
    """

    same: float
    other: float
    site: float | None = None

    def bits(self) -> float:
        """The weight in log2 odds (Fellegi and Sunter 1969): log2(same / other).

        >>> Level(0.8, 0.1).bits()
        3.0
        """
        return math.log2(self.same / self.other)

    def site_bits(self) -> float:
        """The same for two sites of one firm against two firms; as for one object where the figure is left out."""
        return math.log2((self.same if self.site is None else self.site) / self.other)


@dataclass(frozen=True)
class Words:
    """Words that say little about which firm it is, longest first where one holds another.

    `legal_forms` stand at the end of a name, `trade_words` before them, `places` at the beginning or in brackets (with and
    without 省, 市, 区, 县), `branch_words` mark one site among several of a firm.
    """

    legal_forms: tuple[str, ...]
    trade_words: tuple[str, ...]
    branch_words: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True)
class IdentityFigures:
    """All of it.

    `share_known`: share of records whose firm is in the register, of which the prior odds come (`share_known` over the number
    of objects). `share_sites`: of these, how many are of a site that the register does not have. `matched`, `unsure`: least
    probabilities of a match and of a question to a person. `near_name`, `similar_name`, `near_address`: least similarities.
    `near_m`, `close_m`, `far_m`: distances in metres that part the levels of place. `most_in_a_block`: a block with more entries
    tells nothing and is left out.
    """

    share_known: float
    share_sites: float
    matched: float
    unsure: float
    near_name: float
    similar_name: float
    near_address: float
    near_m: float
    close_m: float
    far_m: float
    most_in_a_block: int
    levels: Mapping[str, Mapping[str, Level]]
    words: Words

    def level(self, field: str, name: str) -> Level:
        """One level of one field; KeyError for a name that the policy does not have."""
        return self.levels[field][name]
