"""Where few work somebody who reported is soon guessed: what is to be seen of the check waits. Values in, moments out."""

from datetime import datetime, timedelta

import msgspec


class SmallGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From how few people on, and for how long."""

    below: int
    delay_h: float


def held_until(received_at: datetime, figures: SmallGroup, *, people: int | None, danger: bool) -> datetime | None:
    """Before when nobody goes to check; None: at once. Danger to life is never held, and of an unknown number nothing is said."""
    if danger or people is None or people >= figures.below:
        return None
    return received_at + timedelta(hours=figures.delay_h)
