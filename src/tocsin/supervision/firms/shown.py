"""The firm's phone page: its row and its sentences."""

from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tocsin.fieldwork.shown import Phone
from tocsin.supervision.inspections.shown.phone import danger_texts
from tocsin.supervision.objects.rules import rights


def firm_texts() -> dict[str, str]:
    """Of the firm's page."""
    return {
        **danger_texts(),
        "no_points": pgettext("phone page", "No points yet: the first come after the next night."),
        "points_of": pgettext("phone page", "{score} of 100 points"),
        "why": pgettext("phone page", "Why"),
        "lifts": pgettext("phone page", "What lifts to {colour}"),
        "keeps": pgettext("phone page", "What keeps {colour}"),
        "falls": pgettext("phone page", "If nothing is done the code turns {colour} tonight."),
        "not_enough": pgettext(
            "phone page",
            "All of it brings {score} points, {need} are needed; it is the way all the same, what helps most first.",
        ),
        "by_itself": pgettext("phone page", "Nothing more needs to be done: it comes as the days pass."),
        "nothing_now": pgettext("phone page", "At present nothing can be done: what was missed must leave the window of days."),
        "shown_after": pgettext("phone page", "Done today, it shows after the night of {day}."),
        "later_shown": pgettext("phone page", "Done now and with nothing missed, it shows after the night of {day}."),
        "gain": pgettext("phone page", "+{points} points"),
        "measures": pgettext("phone page", "What follows, and objections"),
        "more_pages": pgettext("phone page", "More"),
        "stops": pgettext("phone page", "Stops and resumption"),
        "take_order": pgettext("phone page", "not taken: open it and take it"),
        "stop_from": pgettext("phone page", "from {day} on"),
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
        "by_record": pgettext("phone page", "Ticked off by itself: {record} shows that it is done."),
        "make_record": pgettext("phone page", "Do it now"),
        "done_by_words": pgettext("phone page", "No platform tells of it: enter it here"),
        "done": pgettext("phone page", "Done"),
        "what_done": pgettext("phone page", "What was done"),
        "ask_deferral": pgettext("phone page", "Ask for more time"),
        "ask_extension": pgettext("phone page", "Ask for an extension"),
        "asked_until": pgettext("phone page", "More time is asked for until {day}; it is not granted yet."),
        "ask_acceptance": pgettext("phone page", "Ask that the risk be accepted"),
        "measure": pgettext("phone page", "What is done meanwhile"),
        "accepted_until": pgettext("phone page", "The risk is accepted until {day}."),
        "acceptance_asked": pgettext("phone page", "It is asked that the risk be accepted until {day}."),
        "unserved": pgettext("phone page", "{days} days from the day on which your firm knows of it."),
        "report_own": pgettext("phone page", "A danger that we found ourselves"),
        "close_own": pgettext("phone page", "Rectified: close it"),
        "own": pgettext("phone page", "found by us"),
        "where": pgettext("phone page", "Where"),
        "what_danger": pgettext("phone page", "What the danger is"),
        "days": pgettext("phone page", "Days to rectify"),
        "at_most_until": pgettext("phone page", "at most until {day}"),
        "papers": pgettext("phone page", "Papers served on us"),
        "order": pgettext("phone page", "Order to rectify (PDF)"),
        "rectify": pgettext("phone page", "Rectified"),
        "fix": pgettext("phone page", "Name the five fixings"),
    }


FIRM = Phone(
    "firm",
    pgettext_lazy("phone page", "Our safety tasks"),
    rights.OWN,
    gettext_lazy("Your roles do not open this page."),
    "/api/v1/supervision/",
    firm_texts,
)
