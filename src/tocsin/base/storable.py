"""Texts of strangers that no database takes: PostgreSQL has no NUL in a text, and UTF-8 no half of a surrogate pair."""

import re
from typing import Any

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def is_storable(text: str) -> bool:
    r"""Whether every database takes it.

    >>> is_storable("燃气 😀"), is_storable("a\0b"), is_storable("\ud800")
    (True, False, False)
    """
    return _UNSTORABLE.search(text) is None


def storable(value: Any) -> Any:
    r"""The same value, of texts, lists and dictionaries, with U+FFFD for each character that can't be kept.

    >>> storable({"a\0": ["b", "\udfff", 3]})
    {'a�': ['b', '�', 3]}
    """
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {storable(name): storable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [storable(one) for one in value]
    return value
