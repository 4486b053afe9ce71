"""How records are matched with the register: `identity.toml`."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.engine.identity.figures import IdentityFigures, Level, Words

FILE = Path(__file__).with_name("identity.toml")


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    legal_forms: tuple[str, ...]
    branch_words: tuple[str, ...]
    trade_words: tuple[str, ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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
    levels: dict[str, dict[str, Level]]
    words: _Words


IDENTITY = PolicyFile("supervision.identity", FILE, reader(_File), "主体比对", "Matching of records with the register")


def identity_figures(places: Iterable[str]) -> IdentityFigures:
    """The figures in force, with the names of administrative areas as words of places (see `place_words`)."""
    file = IDENTITY.current()
    values = {name: getattr(file, name) for name in file.__struct_fields__ if name != "words"}
    words = Words(file.words.legal_forms, file.words.trade_words, file.words.branch_words, place_words(places))
    return IdentityFigures(**values, words=words)


def place_words(names: Iterable[str]) -> tuple[str, ...]:
    """Names of areas as they stand in names of firms: with and without 省, 市, 区, 县.

    >>> place_words(["山东省", "青岛市", "李沧区", "莒县"])
    ('山东省', '李沧区', '青岛市', '山东', '李沧', '莒县', '青岛')
    """
    found: set[str] = set()
    for name in names:
        found.add(name)
        if name[-1:] in "省市区县" and len(name) > 2:
            found.add(name[:-1])
    return tuple(sorted(found, key=lambda one: (-len(one), one)))
