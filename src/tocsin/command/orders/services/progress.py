"""The desk's own words stand for a progress report where no unit leads."""

from tocsin.command.casebook.models import Case
from tocsin.command.casebook.services import clocks
from tocsin.command.casebook.services.log import Book
from tocsin.command.orders.queries.orders import running_lead


def note_progress(book: Book, case: Case) -> None:
    """The desk has written down how the matter stands: where no unit leads, that is the progress report that is waited for."""
    if running_lead(case) is None:
        clocks.meet_progress(case, now=book.now)
