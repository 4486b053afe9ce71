"""Work in the background as rows of tables: what is done, how often, and what news wakes it. One driver runs them all.

A capability or subject has its rows in a tuple `LOOPS` of its `loops.py`; the catalogue gathers the tuples. There are three
kinds: `Loop` calls a function, `LogLoop` hands over what a stream of the log brings, `BusLoop` is for work that holds
something open between its rounds.
"""

from tocsin.bus.loops.rows import BusLoop, Hands, LogLoop, Loop, Row, Step, seconds_until

__all__ = ["BusLoop", "Hands", "LogLoop", "Loop", "Row", "Step", "seconds_until"]
