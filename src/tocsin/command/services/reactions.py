"""What follows by itself when a case is opened or changed: others are told, and owners get orders from a level on."""

from typing import TYPE_CHECKING

from tocsin.command.rules.cases import OPEN_STATES
from tocsin.command.services import endings, notices, orders, reports

if TYPE_CHECKING:
    from tocsin.command.models import Case
    from tocsin.command.services.book import Book


def react(book: "Book", case: "Case") -> None:
    """Brings what others know of the case, and were asked to do, to what it is now; a second call changes nothing."""
    if case.state in OPEN_STATES:
        notices.tell_case(book, case)
        orders.dispatch_by_policy(book, case)
    else:
        endings.tell_end(book, case)
    reports.follow(book, case)
