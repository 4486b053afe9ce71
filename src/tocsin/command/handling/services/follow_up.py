"""What follows by itself when a case is opened or changed: others are told, and owners get orders from a level on."""

from typing import TYPE_CHECKING

from tocsin.command.casebook.rules.cases import OPEN_STATES
from tocsin.command.orders.services import endings, sending
from tocsin.command.reports.services import reports
from tocsin.command.routing.services import cases as notices

if TYPE_CHECKING:
    from tocsin.command.casebook.models import Case
    from tocsin.command.casebook.services.log import Book


def react(book: "Book", case: "Case") -> None:
    """Brings what others know of the case, and were asked to do, to what it is now; a second call changes nothing."""
    if case.state in OPEN_STATES:
        notices.tell_case(book, case)
        sending.dispatch_by_policy(book, [case])
    else:
        endings.tell_end(book, case)
    reports.follow(book, case)
