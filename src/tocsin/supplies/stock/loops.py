"""The loops that free and expire goods, and put rows of totals together."""

from tocsin.bus.loops.rows import Loop
from tocsin.supplies.stock.services.clocks import put_totals_together, run_stock_clocks

LOOPS = (
    Loop(name="run-stock-clocks", work=run_stock_clocks, period_s=30.0, by_clock=True),
    Loop(name="put-supply-totals-together", work=put_totals_together, period_s=60.0, lease_s=60.0),
)
