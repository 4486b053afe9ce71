"""Devices that show or speak public warnings: what they are, and how their template is read."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from tocsin.jurisdiction.rights.rules import Permission

KEEP: Final[Permission] = "channels.manage"
OUTLET: Final = "outlet"
SECRETS_BEGIN: Final = "TOCSIN_OUT_"
"""How variables of the environment begin that a template may name: nobody sends another secret of the server to an address."""


class OutletKind(StrEnum):
    """What it is. WEBHOOK is signed; the others are HTTP templates."""

    SCREEN = "screen"
    LOUDSPEAKER = "loudspeaker"
    AREA = "area"  # a gateway that takes an area itself: cell broadcast, text messages by polygon
    WEBHOOK = "webhook"


class ReceiptVerdict(StrEnum):
    """What a gateway's receipt is worth. All but COUNTS are told and not counted."""

    COUNTS = "counts"
    UNKNOWN = "unknown"  # no letter has that number
    OTHER = "other"  # that of another channel or device
    TOO_EARLY = "too_early"  # the letter has not left
    TWICE = "twice"


def judge_receipt(*, fate: str, attempts: int, is_its_own: bool) -> ReceiptVerdict:
    """What a receipt for a letter of that fate is worth. One that is quicker than our own answer counts.

    >>> judge_receipt(fate="queued", attempts=0, is_its_own=True)
    <ReceiptVerdict.TOO_EARLY: 'too_early'>
    """
    if not is_its_own:
        return ReceiptVerdict.OTHER
    if attempts == 0 or fate == "stopped":
        return ReceiptVerdict.TOO_EARLY
    return ReceiptVerdict.TWICE if fate == "delivered" else ReceiptVerdict.COUNTS


def shorten(text: str, longest: int | None) -> str:
    """The text for a device that takes so many signs.

    >>> shorten("Leave at once", 6)
    'Leave…'
    """
    return text if longest is None or len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def secrets_of(template: Mapping[str, Any]) -> list[str]:
    """Variables of the environment that a template names."""
    receipt = template.get("receipt") or {}
    return [name for name in (template.get("secret_env", ""), receipt.get("secret_env", "")) if name]
