"""Words for states, acts, plans, goals, and the lines of a request's time line."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from tocsin.screens.timeline import time_lines
from tocsin.supplies.allocation.rules.plans import Because, PlanKind
from tocsin.supplies.requests.rules.states import DeliveryAct, DeliveryState, RequestState, StepVerdict

REQUEST_STATE_NAMES: Final[dict[RequestState, Promise]] = {
    RequestState.DRAFT: pgettext_lazy("state of a request", "draft"),
    RequestState.ASKED: pgettext_lazy("state of a request", "waits for approval"),
    RequestState.APPROVED: pgettext_lazy("state of a request", "approved"),
    RequestState.REFUSED: pgettext_lazy("state of a request", "refused"),
    RequestState.CLOSED: pgettext_lazy("state of a request", "closed"),
}
REQUEST_STATE_CLASSES: Final = {RequestState.ASKED: "warn", RequestState.APPROVED: "good", RequestState.REFUSED: "danger"}
DELIVERY_STATE_NAMES: Final[dict[DeliveryState, Promise]] = {
    DeliveryState.ORDERED: pgettext_lazy("state of a delivery", "ordered, no answer yet"),
    DeliveryState.RESERVED: pgettext_lazy("state of a delivery", "to be picked"),
    DeliveryState.PICKED: pgettext_lazy("state of a delivery", "picked"),
    DeliveryState.LOADED: pgettext_lazy("state of a delivery", "loaded"),
    DeliveryState.ON_WAY: pgettext_lazy("state of a delivery", "on the way"),
    DeliveryState.HANDED_OVER: pgettext_lazy("state of a delivery", "handed over"),
    DeliveryState.CLOSED: pgettext_lazy("state of a delivery", "all accounted for"),
    DeliveryState.REFUSED: pgettext_lazy("state of a delivery", "not delivered"),
    DeliveryState.CANCELLED: pgettext_lazy("state of a delivery", "cancelled"),
}
DELIVERY_STATE_CLASSES: Final = {
    DeliveryState.ORDERED: "warn",
    DeliveryState.RESERVED: "warn",
    DeliveryState.PICKED: "warn",
    DeliveryState.LOADED: "warn",
    DeliveryState.ON_WAY: "good",
    DeliveryState.HANDED_OVER: "good",
    DeliveryState.REFUSED: "danger",
}
ACT_NAMES: Final[dict[DeliveryAct, Promise]] = {
    DeliveryAct.CONFIRM: pgettext_lazy("act upon a delivery", "We deliver"),
    DeliveryAct.REFUSE: pgettext_lazy("act upon a delivery", "Can't deliver"),
    DeliveryAct.PICK: pgettext_lazy("act upon a delivery", "Picked"),
    DeliveryAct.LOAD: pgettext_lazy("act upon a delivery", "Loaded"),
    DeliveryAct.LEAVE: pgettext_lazy("act upon a delivery", "Left"),
    DeliveryAct.HAND_OVER: pgettext_lazy("act upon a delivery", "Handed over"),
    DeliveryAct.USE: pgettext_lazy("act upon a delivery", "Used up"),
    DeliveryAct.BRING_BACK: pgettext_lazy("act upon a delivery", "Back in the store"),
    DeliveryAct.CANCEL: pgettext_lazy("act upon a delivery", "Cancel"),
    DeliveryAct.PHOTO: pgettext_lazy("act upon a delivery", "Photo"),
    DeliveryAct.NOTE: pgettext_lazy("act upon a delivery", "Note"),
}
CONFLICT_NAMES: Final[dict[StepVerdict, Promise]] = {
    StepVerdict.BEHIND: gettext_lazy("somebody had entered this step before"),
    StepVerdict.AHEAD: gettext_lazy("waits for the steps before it, which are not entered"),
    StepVerdict.NOT_NOW: gettext_lazy("does not fit what was entered before it, and does not count"),
}
PLAN_NAMES: Final[dict[PlanKind, Promise]] = {
    PlanKind.HAND: pgettext_lazy("kind of plan", "nearest first"),
    PlanKind.SOONEST: pgettext_lazy("kind of plan", "soonest there"),
    PlanKind.SPARING: pgettext_lazy("kind of plan", "stores keep most"),
}
PLAN_HINTS: Final[dict[PlanKind, Promise]] = {
    PlanKind.HAND: gettext_lazy("Nearest store first, as by hand: there at once, not proved to be the best."),
    PlanKind.SOONEST: gettext_lazy(
        "The last part is there as early as can be, then least cost, then stores keep their minimums."
    ),
    PlanKind.SPARING: gettext_lazy(
        "Stores keep their minimums as far as can be, then the last part is there early, then least cost."
    ),
}
BECAUSE_NAMES: Final[dict[Because, Promise]] = {
    Because.STOCK: pgettext_lazy("why something is missing", "no more of it in reach"),
    Because.WAY: pgettext_lazy("why something is missing", "no open way from the stores that have it"),
    Because.LIMITS: pgettext_lazy("why something is missing", "only parts of units are left"),
}
CLOSED_NAMES: Final[dict[str, Promise]] = {
    "closed": pgettext_lazy("why a store is left out", "way closed"),
    "far": pgettext_lazy("why a store is left out", "too far"),
    "shut": pgettext_lazy("why a store is left out", "in a closed area"),
}
GOAL_NAMES: Final[dict[str, Promise]] = {
    "served": pgettext_lazy("goal of a plan", "missing"),
    "arrival": pgettext_lazy("goal of a plan", "last part there"),
    "cost": pgettext_lazy("goal of a plan", "cost"),
    "reserve": pgettext_lazy("goal of a plan", "below minimums"),
}


TRADE_NAMES: Final[dict[str, Promise]] = {
    "gas": pgettext_lazy("kind of incident", "gas"),
    "heating": pgettext_lazy("kind of incident", "heating"),
    "water": pgettext_lazy("kind of incident", "water"),
    "drainage": pgettext_lazy("kind of incident", "drainage"),
    "electricity": pgettext_lazy("kind of incident", "electricity"),
    "flood": pgettext_lazy("kind of incident", "flood"),
    "earthquake": pgettext_lazy("kind of incident", "earthquake"),
    "fire": pgettext_lazy("kind of incident", "fire"),
}


def map_texts() -> dict[str, str]:
    """What maps of requests say in words (web/src/place-map.ts, object-map.ts)."""
    return {
        "map_failed": gettext("The map can't be shown just now; the fields say the same."),
        "map_zoom": gettext("Hold Ctrl (⌘) and scroll to zoom the map"),
        "map_move": gettext("Move the map with two fingers"),
        "no_place": gettext("The device does not say where it is: tap the map."),
    }


LINES: Final = time_lines(
    {
        "supply_opened": gettext_lazy("opened for %(people)s people and %(days)s days"),
        "supply_proposed": gettext_lazy("proposed by the source: %(people)s people"),
        "supply_absent": gettext_lazy("not in the catalogue, left out: %(items)s"),
        "supply_line": gettext_lazy("%(item)s: %(quantity)s"),
        "supply_asked": gettext_lazy("asked for approval"),
        "supply_approved": gettext_lazy("approved"),
        "supply_refused": gettext_lazy("refused"),
        "supply_closed": gettext_lazy("closed"),
        "supply_planning": gettext_lazy("plans asked for: %(lines)s lines"),
        "supply_accepted": gettext_lazy("plan accepted, reserved: %(deliveries)s deliveries"),
        "supply_below": gettext_lazy("the accepted plan leaves less than shall stay in %(count)s regions or stores"),
        "supply_way_closed": gettext_lazy("way from %(store)s closed"),
        "supply_way_open": gettext_lazy("way from %(store)s as reckoned"),
        "supply_way_minutes": gettext_lazy("way from %(store)s takes %(minutes)s minutes"),
        "supply_road_closed": gettext_lazy("%(delivery)s: its way meets a closed road: %(road)s"),
        "supply_plans_of_road": gettext_lazy("plans made anew, a way meets a closed road: %(road)s"),
        "supply_road_open": gettext_lazy("%(delivery)s: a road on its way is open again: %(road)s"),
        "supply_plans_anew": gettext_lazy("plans made anew, a road is open again: %(road)s"),
        "supply_late_decision": gettext_lazy("the decision is late"),
        "supply_confirm": gettext_lazy("%(delivery)s: %(store)s delivers"),
        "supply_refuse": gettext_lazy("%(delivery)s: %(store)s does not deliver"),
        "supply_pick": gettext_lazy("%(delivery)s: picked in %(store)s"),
        "supply_load": gettext_lazy("%(delivery)s: loaded at %(store)s"),
        "supply_leave": gettext_lazy("%(delivery)s: left %(store)s"),
        "supply_hand_over": gettext_lazy("%(delivery)s: handed over"),
        "supply_use": gettext_lazy("%(delivery)s: used up"),
        "supply_bring_back": gettext_lazy("%(delivery)s: back in %(store)s"),
        "supply_cancel": gettext_lazy("%(delivery)s: cancelled"),
        "supply_photo": gettext_lazy("%(delivery)s: photo"),
        "supply_note": gettext_lazy("%(delivery)s: note"),
        "supply_late": gettext_lazy("%(delivery)s of %(store)s is late"),
        "supply_step_behind": gettext_lazy("%(delivery)s: a step that was done already was entered again"),
        "supply_step_ahead": gettext_lazy("%(delivery)s: a step came before those that it follows, and waits for them"),
        "supply_step_not_now": gettext_lazy("%(delivery)s: a step that was sent late does not fit and does not count"),
        "supply_message_in": gettext_lazy("message %(kind)s came"),
        "supply_message_out": gettext_lazy("message %(kind)s written"),
        "supply_return_asked": gettext_lazy("%(delivery)s: asked back: %(goods)s"),
    }
)
