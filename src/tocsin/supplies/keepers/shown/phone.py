"""The page of store keepers: its row and its sentences."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tocsin.fieldwork.shown import Phone, common_texts
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.requests.shown.phone import delivery_texts
from tocsin.supplies.stocktakes.shown.takes import ACT_NAMES
from tocsin.supplies.upkeep.shown.gear import RESULT_NAMES


def keeper_texts() -> dict[str, str]:
    """Sentences of the page."""
    return {
        **common_texts(),
        **delivery_texts(),
        **{act.value: str(words) for act, words in RESULT_NAMES.items()},
        **{act.value: str(words) for act, words in ACT_NAMES.items()},
        "no_deliveries": _("Nothing is to be picked or loaded in your stores."),
        "all_work": _("All work"),
        "takes": _("Stock-takes"),
        "no_takes": _("No stock-take is under way in your stores."),
        "gear": _("Gear to be run or inspected"),
        "no_gear": _("No gear is due."),
        "counted_of": _("{counted} of {count} lots counted"),
        "to_count": pgettext("stock-take", "To count"),
        "done_count": pgettext("stock-take", "Counted"),
        "how_much": _("How much lies there?"),
        "count_it": pgettext("stock-take", "Count"),
        "find_lot": _("Lot, item or bay"),
        "scan": _("Scan a label"),
        "scan_hint": _("Hold the label of a lot or bay before the camera."),
        "scan_unknown": _("This label is not on the list."),
        "scan_denied": _("The camera can't be used: type the number of the lot."),
        "nothing_so": _("Nothing on the list is called so."),
        "agrees": pgettext("stock-take", "agrees"),
        "within": pgettext("stock-take", "differs a little"),
        "over": pgettext("stock-take", "differs: count again, or say why"),
        "differs": _("somebody else counted differently"),
        "why_differs": _("Why does it differ?"),
        "finish_sure": _("All that lies there is counted?"),
        "finished": _("You have said that all is counted. What you enter still counts."),
        "due": _("due {day}"),
        "held_back": _("{count} {unit} are not promised before it is done"),
        "gear_differs": pgettext("upkeep", "two results differ"),
        "what_fails": _("What does not work?"),
        "how_many_fail": _("How many of {count} {unit} do not work?"),
    }


KEEPER = Phone(
    "keeper",
    gettext_lazy("Store keeping"),
    rights.KEEP,
    gettext_lazy("Your roles give you no store to keep."),
    "/api/v1/supplies/",
    keeper_texts,
)
