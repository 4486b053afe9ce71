"""What subjects above orders do when an order goes on: rows of the catalogue, called in the transaction of the act."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from tocsin.command.casebook.services.log import Book
from tocsin.command.orders.models import Order, OrderEntry


@dataclass(frozen=True)
class OrderFollower:
    """`entered`: an act that counts; `led`: the order's unit leads from now on; `ended`: the order went back, on or away."""

    entered: Callable[[Book, Order, OrderEntry], None]
    led: Callable[[Book, Order], None]
    ended: Callable[[Book, Order], None]


def followers() -> tuple[OrderFollower, ...]:
    """Those that ORDERS_FOLLOWED_BY of the catalogue names."""
    return tuple(import_string(name.replace(":", ".")) for name in settings.ORDERS_FOLLOWED_BY)
