"""The page of whoever knocks on doors: its row and its sentences."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tocsin.fieldwork.shown import Phone, common_texts
from tocsin.mobilisation.rounds.rules.rights import KNOCK
from tocsin.mobilisation.rounds.shown.doors import ACT_NAMES


def knocker_texts() -> dict[str, str]:
    """Sentences of the page."""
    return {
        **common_texts(),
        **{act.value: str(words) for act, words in ACT_NAMES.items()},
        "no_walks": _("Nobody has given you doors now."),
        "all_walks": _("All walks"),
        "knocked": _("{knocked} of {count} doors"),
        "people_told": _("{count} people told"),
        "what_to_say": _("What to say at the door"),
        "add_door": _("Another door"),
        "which_door": _("Which door? Such as Fengshan Rd 12-301"),
        "what_came": _("What came of it?"),
        "how_many": _("How many people did you tell?"),
        "who_needs_help": _("Who needs what help?"),
        "open_doors": pgettext("doors", "To knock at"),
        "again_doors": pgettext("doors", "Nobody home: try again"),
        "done_doors": pgettext("doors", "Done"),
        "finish_sure": _("All doors of your stretch are done?"),
        "finished": _("You have said that all is done here. What you enter still counts."),
        "over": _("The warning is over: you need not knock any more. Go home."),
        "help_told": _("The duty desk knows of it."),
        "differs": _("somebody else was here too"),
        "call_body": pgettext("telephone", "Call {body}"),
    }


KNOCKER = Phone(
    "knocker",
    gettext_lazy("Knock on doors"),
    KNOCK,
    gettext_lazy("Your roles give you no doors to knock on."),
    "/api/v1/mobilisation/",
    knocker_texts,
)
