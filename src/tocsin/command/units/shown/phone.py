"""The crew's phone page: its row and its sentences."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tocsin.command.casebook.rules import rights
from tocsin.command.orders.shown import ACT_NAMES
from tocsin.fieldwork.shown import Phone, common_texts


def crew_texts() -> dict[str, str]:
    """Sentences of the crew's page."""
    return {
        **common_texts(),
        "no_orders": _("No orders for your unit."),
        "all_orders": _("All orders"),
        "on_map": _("Show the way"),
        "never": _("Never"),
        "mind": _("Mind"),
        "later": _("Further steps"),
        "return": _("Send back"),
        "reading": _("Reading"),
        "measure": _("Measure"),
        "neighbours": _("Call neighbours before digging"),
        "dig": _("We dig"),
        "check_in": _("All well"),
        "check_in_due": _("Say that you are well by"),
        "check_in_late": _("{minutes} min late: say that you are well, due at"),
        "take_back": _("Take this step back"),
        "take_back_sure": _("Take “{step}” back?"),
        "correct": _("Correct"),
        "right_value": _("Right value"),
        "other_reading": _("Another reading"),
        "suspected": _("Suspected"),
        "help_only": _("The machine's help, no finding: check it on site."),
        "measured_now": _("Measured there now"),
        "whom_to_call": _("Telephones"),
        "sent_it": _("the desk that sent it"),
        "map": _("Map: where it rings, what is suspected, the way between them"),
        "answer": _("Please answer"),
        "tasks": _("Tasks of the plan"),
        "task_by": pgettext("a time", "by"),
        "task_done": pgettext("task of a plan", "Done"),
        "why": pgettext("of an order", "Why"),
        "at_suspected": _("at the suspected place"),
        "where_i_stand": _("where I stand"),
        "dig_where": _("Where you will dig"),
        "what": _("What"),
        "value": _("Value"),
        "finding": _("What was it really?"),
        "cause": _("Cause"),
        "cause_in_words": _("If another cause: which"),
        "asset": _("Object at fault (code)"),
        "looked_like": _("What it looked like, and where"),
        "where_needed": _("Say where it is: the code of the object, or words."),
        "fence": _("fenced off"),
        "ventilation": _("ventilated"),
        "valve": _("valve closed"),
        "silent": _("Not answered yet: {names}. Do not dig before they do."),
        "nobody_called": _("No neighbour has been called: do that before you dig."),
        "recheck": _("Re-check by the readings"),
        "low_since": _("Values low since {time}."),
        "to_go": _("{hours} h {minutes} min to go"),
        "long_enough": _("Low for long enough."),
        "standing_by": _("Neighbours asked to stand by"),
        "dig_warning": _("Do not dig before all have answered."),
        "drill": _("Drill"),
        **{f"entered_{act.value}": str(name) for act, name in ACT_NAMES.items()},
    }


CREW = Phone(
    "crew",
    gettext_lazy("Orders"),
    rights.WORK,
    gettext_lazy("Your roles give you no orders to work on."),
    "/api/v1/command/",
    crew_texts,
)
