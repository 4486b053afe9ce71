"""The inspector's phone page: its row and its sentences."""

from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tocsin.fieldwork.shown import Phone, common_texts
from tocsin.supervision.objects.rules import rights


def danger_texts() -> dict[str, str]:
    """Sentences of pages that show hidden dangers: the inspector's and the firm's."""
    return {
        **common_texts(),
        "all": pgettext("phone page", "All"),
        "dangers": pgettext("phone page", "Hidden dangers"),
        "grade": pgettext("phone page", "Grade"),
        "until": pgettext("phone page", "Until"),
        "number": pgettext("phone page", "Number"),
        "rectify_by": pgettext("phone page", "rectify by {day}"),
        "overdue": pgettext("phone page", "Overdue"),
    }


def inspector_texts() -> dict[str, str]:
    """Of the inspector's page."""
    return {
        **danger_texts(),
        "inspections": pgettext("phone page", "Inspections"),
        "no_inspections": pgettext("phone page", "No inspection is open. Scan the code of an object to begin one."),
        "rechecks": pgettext("phone page", "To be re-checked"),
        "no_second": pgettext("phone page", "second inspector not named"),
        "items": pgettext("phone page", "Items"),
        "begin": pgettext("phone page", "Begin the inspection"),
        "open": pgettext("phone page", "Begin a new inspection"),
        "object": pgettext("phone page", "Object"),
        "check_list": pgettext("phone page", "Check list"),
        "second": pgettext("phone page", "Second inspector"),
        "later": pgettext("phone page", "to be named later"),
        "number_later": pgettext("phone page", "gets its number when it is sent"),
        "answer": pgettext("phone page", "Answer"),
        "finding": pgettext("phone page", "Hidden danger"),
        "what_defect": pgettext("phone page", "What is wrong"),
        "as_danger": pgettext("phone page", "Enter as hidden danger"),
        "no_danger": pgettext("phone page", "no: put right at once"),
        "days": pgettext("phone page", "Days to rectify"),
        "sign": pgettext("phone page", "Sign"),
        "confirm": pgettext("phone page", "Confirm as second inspector"),
        "waits_second": pgettext("phone page", "Signed. {name} confirms as second inspector."),
        "reopen": pgettext("phone page", "Send back"),
        "pass": pgettext("phone page", "Re-check passed"),
        "fail": pgettext("phone page", "Not passed"),
    }


INSPECTOR = Phone(
    "inspector",
    pgettext_lazy("phone page", "Inspections"),
    rights.INSPECT,
    gettext_lazy("Your roles do not open this page."),
    "/api/v1/supervision/",
    inspector_texts,
)
