"""A loading order: what it says, and which state follows which."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from tocsin.base.errors import InvalidInput
from tocsin.base.storable import is_storable
from tocsin.engine.frames.expected import plain

PLATE_LENGTHS: Final = (5, 12)
LENGTHS: Final = {"reference": 40, "goods": 120, "carrier": 120, "point": 120, "permit": 40}
LONGEST: Final = timedelta(days=7)  # of a window


class LoadingWay(StrEnum):
    """Whether the vehicle brings goods or fetches them."""

    LOADING = "loading"
    UNLOADING = "unloading"


class LoadingState(StrEnum):
    """EXPECTED: its vehicle has not come. ARRIVED: it is there. STOPPED: loading or unloading must not go on. MISSED: its window
    passed without the vehicle.
    """

    EXPECTED = "expected"
    ARRIVED = "arrived"
    STOPPED = "stopped"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"


AWAITED: Final = (LoadingState.EXPECTED, LoadingState.MISSED)
"""In these the vehicle may still come."""
PRESENT: Final = (LoadingState.ARRIVED, LoadingState.STOPPED)
"""In these the vehicle is there."""


class LoadingAct(StrEnum):
    """What a person does with an order."""

    STOP = "stop"
    RESUME = "resume"
    FINISH = "finish"
    CANCEL = "cancel"


_NEXT: Final[dict[LoadingAct, tuple[tuple[LoadingState, ...], LoadingState]]] = {
    LoadingAct.STOP: ((LoadingState.ARRIVED,), LoadingState.STOPPED),
    LoadingAct.RESUME: ((LoadingState.STOPPED,), LoadingState.ARRIVED),
    LoadingAct.FINISH: (PRESENT, LoadingState.DONE),
    LoadingAct.CANCEL: (AWAITED, LoadingState.CANCELLED),
}
WITH_REASON: Final = (LoadingAct.STOP, LoadingAct.RESUME, LoadingAct.CANCEL)
"""Acts for which a reason is given."""


def next_state(state: LoadingState, act: LoadingAct) -> LoadingState | None:
    """The state after that act; None where it can't be done.

    >>> next_state(LoadingState.ARRIVED, LoadingAct.STOP), next_state(LoadingState.EXPECTED, LoadingAct.FINISH)
    (<LoadingState.STOPPED: 'stopped'>, None)
    """
    before, after = _NEXT[act]
    return after if state in before else None


def acts_in(state: LoadingState) -> list[LoadingAct]:
    """What can be done in that state."""
    return [one for one in LoadingAct if next_state(state, one) is not None]


@dataclass(frozen=True, kw_only=True)
class OrderFacts:
    """What an order says. `reference`: its number at the firm; `permit`: number of a work permit that belongs to it, or empty;
    `trailer`: the plate of a semi-trailer, which counts as well as the first.
    """

    reference: str
    plate: str
    way: LoadingWay
    goods: str
    from_at: datetime
    until_at: datetime
    trailer: str = ""
    carrier: str = ""
    point: str = ""
    permit: str = ""
    amount_t: float | None = None


def tidy_plate(text: str) -> str:
    """A plate without what stands between its signs; InvalidInput for what can be none.

    >>> tidy_plate(" 鲁b·D7362")
    '鲁BD7362'
    """
    tidy = plain(text)
    least, most = PLATE_LENGTHS
    if not least <= len(tidy) <= most or not is_storable(tidy) or not tidy.isalnum():
        raise InvalidInput(
            "“%(given)s” is no number plate: %(least)s to %(most)s letters and digits, as 鲁B12345",
            given=text.strip()[:20],
            least=least,
            most=most,
        )
    return tidy


def problems_of(facts: OrderFacts) -> list[tuple[str, InvalidInput]]:
    """All that is wrong with what an order says, by its field; plates are checked where they are read (`tidy_plate`)."""
    wrong: list[tuple[str, InvalidInput]] = []
    if not facts.reference.strip():
        wrong.append(("reference", InvalidInput("give the order's number: by it the firm finds it again")))
    if not facts.goods.strip():
        wrong.append(("goods", InvalidInput("say which goods are loaded or unloaded")))
    for name, most in LENGTHS.items():
        text = getattr(facts, name)
        if len(text) > most or not is_storable(text):
            wrong.append((name, InvalidInput("at most %(most)s characters, and none that no text may have", most=most)))
    if not facts.from_at < facts.until_at <= facts.from_at + LONGEST:
        wrong.append(
            ("until_at", InvalidInput("the window ends after it begins, at most %(most)s days later", most=LONGEST.days))
        )
    if facts.amount_t is not None and not 0 < facts.amount_t <= 1000:
        wrong.append(("amount_t", InvalidInput("the amount lies above 0 and up to 1000 t")))
    return wrong
