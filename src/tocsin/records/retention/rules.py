"""What a subject keeps for a time."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Kept:
    """One kind of rows with its time; the subject names it, the catalogue's `RETENTION` gathers all.

    `days` is the policy in force, which stands in the file `policy`. `count`: how many are older than a time and would go.
    `forget` lets up to a batch of them go, in a transaction of its own, and returns how many went; None where the subject's own
    process does it. `why` says what holds them back, or by which law they stay.
    """

    code: str
    words: "StrPromise"
    policy: str
    days: "Callable[[], float]"
    count: "Callable[[datetime], int] | None" = None
    forget: "Callable[[datetime], int] | None" = None
    why: "StrPromise | str" = ""
