"""The volunteer's phone page: its row and its sentences."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tocsin.fieldwork.shown import Phone, common_texts
from tocsin.mobilisation.volunteers.rules import rights
from tocsin.mobilisation.volunteers.shown.calls import ACT_NAMES


def helper_texts() -> dict[str, str]:
    """Sentences of the page."""
    return {
        **common_texts(),
        **{act.value: str(words) for act, words in ACT_NAMES.items()},
        "no_calls": _("Nobody calls you now. Keep your number and skills up to date, that is enough."),
        "paused": _("You pause: nobody calls you."),
        "own_entry": _("My entry and hours"),
        "answer_by": _("Answer by {time}"),
        "from_you": _("{km} km from you"),
        "begins": _("from {time}"),
        "at_once": _("at once"),
        "on_map": _("Show the way"),
        "call_body": pgettext("telephone", "Call {body}"),
        "all_calls": _("All calls"),
        "due": _("Say that all is well by {time}"),
        "due_late": _("You are late: press “All well”, or call. It was due at {time}"),
        "later": _("Further steps"),
        "over": _("The work is over: go home, and press “I am home” when you are there."),
        "served": _("{hours} hours on record. Thank you."),
        "why_not": _("Why can't you come?"),
    }


HELPER = Phone(
    "helper",
    gettext_lazy("Help"),
    rights.HELP,
    gettext_lazy("You are not in the register of volunteers."),
    "/api/v1/mobilisation/",
    helper_texts,
)
