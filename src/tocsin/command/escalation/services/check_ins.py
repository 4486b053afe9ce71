"""A crew that has not said in time that it is well: whoever runs the case is told at once, with the last place that is known."""

from tocsin.command.casebook.models import Clock
from tocsin.command.casebook.queries.notices import subject_of
from tocsin.command.casebook.queries.places import centre_of
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.services.log import Book
from tocsin.command.orders.models import Order
from tocsin.command.orders.queries.orders import last_place_of
from tocsin.command.routing.rules import Purpose, Why
from tocsin.notices import face as notices


def warn_commander(book: Book, clock: Clock) -> None:
    """Tells the desk that runs the case when a check-in is overdue; nothing for other clocks, or before."""
    if clock.step != Step.CHECK_IN or clock.stage < 100:
        return
    order = Order.objects.filter(number=clock.subject).select_related("unit").first()
    desk = centre_of(clock.case.region_code, book.now)
    if order is None or desk is None:
        return
    place = last_place_of(order)
    notices.write(
        subject_of(clock.case),
        organisation=desk,
        purpose=Purpose.CHECK_IN,
        why=Why.ON_DUTY,
        urgent=True,
        key=f"check-in-{clock.pk}-{clock.began_at.timestamp():.0f}-{clock.stage}",
        figures={
            "crew": {"zh": order.unit.name_zh, "en": order.unit.name_en},
            "last_place": [place[0], place[1], place[2].isoformat()] if place else None,
        },
        now=book.now,
    )
