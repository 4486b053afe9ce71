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
        "search": pgettext("phone page", "Name or code"),
        "scan": pgettext("phone page", "Scan the sign"),
        "scan_hint": pgettext("phone page", "Hold the camera over the code on the sign."),
        "scan_unknown": pgettext("phone page", "This code is of no object that this phone knows."),
        "scan_denied": pgettext("phone page", "The camera does not open: type the name or the code."),
        "none_found": pgettext("phone page", "No object found"),
        "at_most_days": pgettext("phone page", "At most {days} days, from the day the firm is told."),
        "rest_good": pgettext("phone page", "All that is left: in order ({count})"),
        "rest_sure": pgettext("phone page", "Answer {count} items as in order?"),
        "proof_photo": pgettext("phone page", "a defect needs a photo"),
        "proof_words": pgettext("phone page", "a defect needs words"),
        "differ": pgettext("phone page", "Answered differently: settle it"),
        "settle_first": pgettext(
            "phone page", "{count} items are answered differently. Both must say the same before anybody signs."
        ),
        "party": pgettext("phone page", "The firm's person"),
        "party_sign": pgettext("phone page", "The firm's person signs"),
        "party_refuse": pgettext("phone page", "Does not sign"),
        "party_signed": pgettext("phone page", "Signed by {name}."),
        "party_refused": pgettext("phone page", "Does not sign; witness: {name}."),
        "name": pgettext("phone page", "Name"),
        "position": pgettext("phone page", "Position"),
        "witness": pgettext("phone page", "Witness"),
        "party_words": pgettext("phone page", "What the firm's person says"),
        "signature": pgettext("phone page", "Signature"),
        "signature_clear": pgettext("phone page", "Clear"),
        "signature_lacks": pgettext("phone page", "The signature is missing."),
        "withdraw": pgettext("phone page", "Withdraw"),
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
