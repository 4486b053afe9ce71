"""What of a resource's rows one reader sees: which columns, which of them masked, which rows."""

from dataclasses import dataclass

from tocsin.engine.deliveries.masks import Clear


@dataclass(frozen=True)
class Sight:
    """`columns`: these alone, None: all. `reader`: what the reader is, for whom masked columns are clear. `condition`: a filter
    in CQL2 text that every row seen fulfils.
    """

    columns: tuple[str, ...] | None = None
    reader: frozenset[Clear] = frozenset()
    condition: str = ""
