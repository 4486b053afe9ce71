"""Words for levels, kinds of reserve, states, kinds of lines and colours."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tocsin.supplies.stock.rules.ledger import Kind, State
from tocsin.supplies.stock.rules.lots import Colour, Level, Reserve
from tocsin.supplies.stock.rules.reservations import Hold

LEVEL_NAMES: Final[dict[Level, Promise]] = {
    Level.PROVINCE: pgettext_lazy("level of a store", "province"),
    Level.CITY: pgettext_lazy("level of a store", "city"),
    Level.COUNTY: pgettext_lazy("level of a store", "county"),
    Level.TOWN: pgettext_lazy("level of a store", "town"),
    Level.COMMUNITY: pgettext_lazy("level of a store", "community"),
    Level.FIRM: pgettext_lazy("level of a store", "firm"),
}
RESERVE_NAMES: Final[dict[Reserve, Promise]] = {
    Reserve.GOVERNMENT: pgettext_lazy("kind of reserve", "government stock"),
    Reserve.AGREEMENT: pgettext_lazy("kind of reserve", "by agreement"),
    Reserve.CAPACITY: pgettext_lazy("kind of reserve", "production capacity"),
    Reserve.SOCIAL: pgettext_lazy("kind of reserve", "social"),
    Reserve.FAMILY: pgettext_lazy("kind of reserve", "family"),
    Reserve.REQUISITIONED: pgettext_lazy("kind of reserve", "requisitioned"),
}
STATE_NAMES: Final[dict[State, Promise]] = {
    State.OUTSIDE: pgettext_lazy("state of goods", "outside"),
    State.FREE: pgettext_lazy("state of goods", "available"),
    State.RESERVED: pgettext_lazy("state of goods", "reserved"),
    State.IN_TRANSIT: pgettext_lazy("state of goods", "on the way"),
    State.RETURNED: pgettext_lazy("state of goods", "returned"),
    State.IN_REPAIR: pgettext_lazy("state of goods", "in repair"),
    State.EXPIRED: pgettext_lazy("state of goods", "expired"),
    State.OVERDUE: pgettext_lazy("state of goods", "upkeep overdue"),
}
KIND_NAMES: Final[dict[Kind, Promise]] = {
    Kind.RECEIPT: pgettext_lazy("line of the ledger", "received"),
    Kind.ISSUE: pgettext_lazy("line of the ledger", "issued"),
    Kind.SEND: pgettext_lazy("line of the ledger", "sent to another store"),
    Kind.DISPATCH: pgettext_lazy("line of the ledger", "on the way here"),
    Kind.ARRIVAL: pgettext_lazy("line of the ledger", "counted in"),
    Kind.RESERVE: pgettext_lazy("line of the ledger", "reserved"),
    Kind.RELEASE: pgettext_lazy("line of the ledger", "freed"),
    Kind.ISSUE_RESERVED: pgettext_lazy("line of the ledger", "issued as reserved"),
    Kind.SURPLUS: pgettext_lazy("line of the ledger", "found more"),
    Kind.LOSS: pgettext_lazy("line of the ledger", "found less"),
    Kind.EXPIRY: pgettext_lazy("line of the ledger", "expired"),
    Kind.SCRAP: pgettext_lazy("line of the ledger", "scrapped"),
    Kind.RETURN: pgettext_lazy("line of the ledger", "came back"),
    Kind.ACCEPT: pgettext_lazy("line of the ledger", "fit for use again"),
    Kind.REPAIR: pgettext_lazy("line of the ledger", "sent to repair"),
    Kind.MENDED: pgettext_lazy("line of the ledger", "repaired"),
    Kind.REVIVE: pgettext_lazy("line of the ledger", "good for longer"),
    Kind.LAPSE: pgettext_lazy("line of the ledger", "upkeep overdue"),
    Kind.UPKEPT: pgettext_lazy("line of the ledger", "upkeep done"),
    Kind.TAKE_OVER: pgettext_lazy("line of the ledger", "taken over by a requisition"),
    Kind.HAND_BACK: pgettext_lazy("line of the ledger", "given back to its owner"),
}
COLOUR_NAMES: Final[dict[Colour, Promise]] = {
    Colour.RED: pgettext_lazy("last day of a lot", "past its last day"),
    Colour.ORANGE: pgettext_lazy("last day of a lot", "expires very soon"),
    Colour.YELLOW: pgettext_lazy("last day of a lot", "expires soon"),
    Colour.BLUE: pgettext_lazy("last day of a lot", "expires within months"),
    Colour.GREEN: pgettext_lazy("last day of a lot", "good for long"),
    Colour.NONE: pgettext_lazy("last day of a lot", "does not expire"),
}
COLOUR_CLASSES: Final = {
    Colour.RED: "bad",
    Colour.ORANGE: "orange",
    Colour.YELLOW: "warn",
    Colour.BLUE: "blue",
    Colour.GREEN: "good",
    Colour.NONE: "",
}
HOLD_NAMES: Final[dict[Hold, Promise]] = {
    Hold.FORMING: pgettext_lazy("reservation", "being made"),
    Hold.HELD: pgettext_lazy("reservation", "held"),
    Hold.USED: pgettext_lazy("reservation", "issued"),
    Hold.RELEASED: pgettext_lazy("reservation", "freed"),
    Hold.LAPSED: pgettext_lazy("reservation", "lapsed"),
    Hold.FAILED: pgettext_lazy("reservation", "not made"),
}
