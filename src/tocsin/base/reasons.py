"""Reasons as they are kept: the sentence with its figures, told to each reader in their own language."""

from typing import Any

from tocsin.base.errors import InvalidInput, TocsinError
from tocsin.base.storable import storable

LONGEST = 300


def kept(reason: TocsinError) -> dict[str, Any]:
    """A reason as plain JSON, with the reason that lies in it."""
    figures = {name: kept(one) if isinstance(one, TocsinError) else _plain(one) for name, one in reason.named.items()}
    return {"text": str(reason.args[0]) if reason.args else "", "named": figures}


def told(reason: dict[str, Any]) -> str:
    """The same in words, empty for none.

    >>> told(kept(InvalidInput("%(area)s is odd: %(why)s", area="A", why=InvalidInput("it has %(count)s places", count=2))))
    'A is odd: it has 2 places'
    """
    if not reason:
        return ""
    named = {name: told(one) if isinstance(one, dict) else one for name, one in reason["named"].items()}
    return str(InvalidInput(reason["text"], **named))


def _plain(value: object) -> str:
    return str(storable(str(value)[:LONGEST]))
