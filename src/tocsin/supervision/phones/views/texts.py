"""Sentences of the scripts of the phone pages; `{name}` is filled there."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def _common() -> dict[str, str]:
    return {
        "online": _("Connected"),
        "offline": _("No network: everything is kept and sent later"),
        "signed_out": _("Signed out"),
        "sign_in": _("Sign in"),
        "waiting": _("{count} not sent yet"),
        "kept_until_signed_in": _("What was not sent is kept on this device and goes out when you sign in again."),
        "nothing_yet": _("Open this page once with a network."),
        "refused": _("Not taken by the server:"),
        "again": _("Send again"),
        "remove": _("Remove"),
        "remove_sure": _("Remove it for good?"),
        "sign_out_sure": _("{count} entries have not been sent. They stay on this device for you alone. Sign out?"),
        "remark": _("Remark"),
        "reason": _("Reason"),
        "photo": _("Photo"),
        "note": _("Note"),
        "cancel": _("Cancel"),
        "keep": _("Keep"),
        "done_so_far": _("Done so far"),
        "not_sent": _("not sent yet"),
        "see": _("Look at it"),
        "all": pgettext("phone page", "All"),
        "dangers": pgettext("phone page", "Hidden dangers"),
        "grade": pgettext("phone page", "Grade"),
        "until": pgettext("phone page", "Until"),
        "number": pgettext("phone page", "Number"),
        "rectify_by": pgettext("phone page", "rectify by {day}"),
        "overdue": pgettext("phone page", "Overdue"),
    }


def firm_texts() -> dict[str, str]:
    """Of the firm's page."""
    return {
        **_common(),
        "questions": pgettext("phone page", "Questions of the authority"),
        "answer": pgettext("phone page", "Answer the question"),
        "answer_by": pgettext("phone page", "answer by {moment}"),
        "seen_from": pgettext("phone page", "Seen from"),
        "seen_until": pgettext("phone page", "Seen until"),
        "goes_on_still": pgettext("phone page", "goes on"),
        "tasks": pgettext("phone page", "Tasks"),
        "no_tasks": pgettext("phone page", "Nothing is due."),
        "done_lately": pgettext("phone page", "Done lately ({count})"),
        "due_by": pgettext("phone page", "by {day}"),
        "asked_by": pgettext("phone page", "Asked by"),
        "weight": pgettext("phone page", "Weight"),
        "met_by": pgettext("phone page", "Shown by"),
        "by_record": pgettext("phone page", "Nothing to tick off: {record} shows that it is done."),
        "done": pgettext("phone page", "Done"),
        "what_done": pgettext("phone page", "What was done"),
        "ask_deferral": pgettext("phone page", "Ask for more time"),
        "ask_extension": pgettext("phone page", "Ask for an extension"),
        "asked_until": pgettext("phone page", "More time is asked for until {day}; it is not granted yet."),
        "rectify": pgettext("phone page", "Rectified"),
        "fix": pgettext("phone page", "Name the five fixings"),
    }


def inspector_texts() -> dict[str, str]:
    """Of the inspector's page."""
    return {
        **_common(),
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
