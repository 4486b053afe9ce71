"""Words of requisitions."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.screens.timeline import time_lines
from tocsin.supplies.requisitions.rules.states import Damage, ListKind, OwnersAnswer, Property, RequisitionState

STATE_NAMES: Final[dict[RequisitionState, Promise]] = {
    RequisitionState.DRAFT: pgettext_lazy("state of a requisition", "draft"),
    RequisitionState.ASKED: pgettext_lazy("state of a requisition", "waits for a signature"),
    RequisitionState.REFUSED: pgettext_lazy("state of a requisition", "not signed"),
    RequisitionState.SIGNED: pgettext_lazy("state of a requisition", "signed"),
    RequisitionState.IN_USE: pgettext_lazy("state of a requisition", "in use"),
    RequisitionState.RETURNED: pgettext_lazy("state of a requisition", "given back"),
    RequisitionState.CLAIMED: pgettext_lazy("state of a requisition", "compensation claimed"),
    RequisitionState.VALUED: pgettext_lazy("state of a requisition", "claim valued"),
    RequisitionState.AWARDED: pgettext_lazy("state of a requisition", "compensation awarded"),
    RequisitionState.PAID: pgettext_lazy("state of a requisition", "compensation paid"),
    RequisitionState.CLOSED: pgettext_lazy("state of a requisition", "closed"),
    RequisitionState.WITHDRAWN: pgettext_lazy("state of a requisition", "withdrawn"),
}
STATE_CLASSES: Final = {
    RequisitionState.ASKED: "warn",
    RequisitionState.SIGNED: "blue",
    RequisitionState.IN_USE: "orange",
    RequisitionState.CLAIMED: "warn",
    RequisitionState.VALUED: "warn",
    RequisitionState.AWARDED: "blue",
    RequisitionState.PAID: "good",
    RequisitionState.CLOSED: "good",
}
PROPERTY_NAMES: Final[dict[Property, Promise]] = {
    Property.GOODS: pgettext_lazy("kind of property", "goods"),
    Property.MACHINE: pgettext_lazy("kind of property", "machine or equipment"),
    Property.VEHICLE: pgettext_lazy("kind of property", "vehicle"),
    Property.PLACE: pgettext_lazy("kind of property", "place or building"),
}
ANSWER_NAMES: Final[dict[OwnersAnswer, Promise]] = {
    OwnersAnswer.NONE: pgettext_lazy("answer of an owner", "not answered yet"),
    OwnersAnswer.WILL: pgettext_lazy("answer of an owner", "hands over"),
    OwnersAnswer.OBJECTS: pgettext_lazy("answer of an owner", "objects"),
}
LIST_NAMES: Final[dict[ListKind, Promise]] = {
    ListKind.HAND_OVER: pgettext_lazy("list of property", "Hand-over list"),
    ListKind.RETURN: pgettext_lazy("list of property", "Return list"),
}
DAMAGE_NAMES: Final[dict[Damage, Promise]] = {
    Damage.USE: pgettext_lazy("what is compensated", "use"),
    Damage.DAMAGED: pgettext_lazy("what is compensated", "damaged"),
    Damage.CONSUMED: pgettext_lazy("what is compensated", "consumed"),
    Damage.LOST: pgettext_lazy("what is compensated", "lost"),
    Damage.OTHER: pgettext_lazy("what is compensated", "other"),
}
LEVEL_NAMES: Final[dict[str, Promise]] = {
    "county": pgettext_lazy("level that decides", "county"),
    "city": pgettext_lazy("level that decides", "city"),
    "province": pgettext_lazy("level that decides", "province"),
}
CONFIDENCE_NAMES: Final[dict[str, Promise]] = {
    "A": pgettext_lazy("legal basis", "read in the law"),
    "B": pgettext_lazy("legal basis", "article not compared word by word"),
    "C": pgettext_lazy("legal basis", "not verified"),
}

LINES: Final = time_lines(
    {
        "property_drafted": gettext_lazy("drafted, property of %(owner)s"),
        "property_line": gettext_lazy("%(words)s: %(quantity)s"),
        "property_asked": gettext_lazy("asked for a signature"),
        "property_signed": gettext_lazy("signed; the owner is told"),
        "property_refused": gettext_lazy("not signed"),
        "property_withdrawn": gettext_lazy("withdrawn"),
        "property_prolonged": gettext_lazy("prolonged from %(was)s until %(until)s"),
        "property_answered": gettext_lazy("the owner will hand over"),
        "property_objected": gettext_lazy("the owner objects"),
        "property_list_out": gettext_lazy("hand-over list %(list)s written: %(goods)s"),
        "property_list_back": gettext_lazy("return list %(list)s written: %(goods)s"),
        "property_list_off": gettext_lazy("list %(list)s dropped: %(goods)s"),
        "property_photo": gettext_lazy("photo of %(words)s for list %(list)s"),
        "property_handed_over": gettext_lazy("list %(list)s signed, handed over: %(goods)s"),
        "property_given_back": gettext_lazy("list %(list)s signed, accounted for: %(goods)s"),
        "property_accounted": gettext_lazy("all is accounted for; the owner may claim"),
        "property_claimed": gettext_lazy("compensation claimed: %(yuan)s"),
        "property_valued": gettext_lazy("valued at %(yuan)s"),
        "property_sent_back": gettext_lazy("the valuation of %(yuan)s comes back"),
        "property_awarded": gettext_lazy("awarded: %(yuan)s"),
        "property_paid": gettext_lazy("paid: %(yuan)s, voucher %(voucher)s"),
        "property_closed": gettext_lazy("closed"),
        "property_late": gettext_lazy("the next step is late"),
        "supply_taking_signed": gettext_lazy("requisition %(number)s of %(owner)s signed"),
        "supply_taking_came": gettext_lazy("requisition %(number)s: %(owner)s handed over"),
        "supply_taking_back": gettext_lazy("requisition %(number)s: all of %(owner)s is accounted for"),
        "supply_taking_off": gettext_lazy("requisition %(number)s withdrawn"),
    }
)
