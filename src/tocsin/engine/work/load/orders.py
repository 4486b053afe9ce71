"""When a firm, or a part of it, is to stand still: orders laid on quarter hours."""

from dataclasses import dataclass

from tocsin.engine.work.firm import QUARTERS_OF_A_DAY, WHOLE, Firm, Order, OrderKind

SLOW_TO_STOP = ("chlor_alkali", "fine_chemical_batch", "mine")  # trades that shut down over days


@dataclass(frozen=True)
class Stop:
    """One stop as quarters of the firm's days: from `begin` until before `end`; work in it counts from `served` on."""

    order: Order
    begin: int
    served: int
    end: int

    @property
    def scope(self) -> str:
        """`WHOLE`, a process meter's id, or the name of a line without meter."""
        return self.order.scope

    def holds(self, quarter: int) -> bool:
        """Whether the quarter lies in it and counts."""
        return self.served <= quarter < self.end


def stops_of(firm: Firm, *, serve_days: int, slow_serve_days: int) -> tuple[Stop, ...]:
    """The stops that reach into `firm.days`, by their begin; `serve_days` after the first day are left for shutting down, in slow
    trades `slow_serve_days`. A planned stop or overhaul begins to count on its second day.
    """
    first = firm.days.dates[0]
    stops = []
    for order in firm.orders:
        if order.kind is OrderKind.RESUMPTION:
            continue
        begin = (order.first - first).days
        end = len(firm.days) if order.last is None else (order.last - first).days + 1
        if order.kind is OrderKind.ORDERED_STOP and order.last is None:
            approved = [(other.first - first).days for other in firm.orders if _lifts(other, order)]
            end = min([end, *approved])
        if end <= 0 or begin >= len(firm.days):
            continue
        wait = 1 + (slow_serve_days if firm.trade in SLOW_TO_STOP else serve_days)
        stops.append(Stop(order, *(QUARTERS_OF_A_DAY * max(0, min(day, len(firm.days))) for day in (begin, begin + wait, end))))
    return tuple(sorted(stops, key=lambda stop: (stop.begin, stop.end)))


def _lifts(approval: Order, order: Order) -> bool:
    return approval.kind is OrderKind.RESUMPTION and approval.scope == order.scope and approval.first > order.first


def is_whole(stop: Stop) -> bool:
    """Whether it is on the whole firm."""
    return stop.scope == WHOLE
