"""The process that reads a stranger's file: little memory, little time, no network of its own; it judges and writes typed rows.

    python -I -m tocsin.atlas.resources.services.child < ORDER > ANSWER

ORDER and ANSWER are JSON (`Order`, `Answer`). Where GDAL, a parser or the file itself wants more than is allowed, this process
falls and nobody else.
"""

import os
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput
from tocsin.engine.deliveries.profile import Profile

if TYPE_CHECKING:
    import polars as pl

    from tocsin.engine.deliveries.profile import Delivery

MOST_ORDER = 60_000_000
NICE = 10  # a file yields to readings and alarms


class Order(msgspec.Struct, frozen=True):
    """What is to be read. `contract`: an ODCS document, empty: derive one; `before`: profile of the last good delivery;
    `rows`: where the typed rows go; `layers_only`: nothing but the names of its layers; `first`: nothing but its headings and so
    many of its first rows.
    """

    file: str
    rows: str
    now_ms: int
    memory_bytes: int
    cpu_s: int
    layer: str = ""
    contract: str = ""
    slug: str = ""
    name: str = ""
    before: Profile | None = None
    layers_only: bool = False
    first: int = 0


class Told(msgspec.Struct, frozen=True):
    """One finding."""

    code: str
    verdict: str
    column: str
    figures: dict[str, Any]


class Answer(msgspec.Struct, frozen=True):
    """What was read. `refused`: why it can't be, as template and figures; `box`: west, south, east, north of all rows."""

    refused: str = ""
    figures: dict[str, str] = {}
    digest: str = ""
    verdict: str = ""
    findings: tuple[Told, ...] = ()
    untold: tuple[str, ...] = ()
    rows: int = 0
    contract: str = ""
    profile: Profile | None = None
    box: tuple[float, float, float, float] | None = None
    layers: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    named: dict[str, str] = {}  # the file's heading of each column of the contract that it has
    first: tuple[tuple[str | None, ...], ...] = ()
    placed: int | None = None  # how many rows have a shape; None where none could have one


def limit(memory_bytes: int, cpu_s: int) -> None:
    """From here on this process has no more than that."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(order: Order) -> Answer:
    """Reads, judges and writes the rows; a refusal is an answer, too."""
    try:
        return _read(order)
    except InvalidInput as refusal:
        return Answer(refused=str(refusal.args[0]), figures={name: str(value) for name, value in refusal.named.items()})


def _read(order: Order) -> Answer:
    from tocsin.engine.deliveries.derived import derive_contract
    from tocsin.engine.deliveries.files import read_delivery
    from tocsin.engine.deliveries.judgement import judge
    from tocsin.engine.deliveries.odcs import read_contract
    from tocsin.engine.deliveries.typed_rows import typed_rows
    from tocsin.engine.deliveries.vector_files import is_vector_file, layers_of, read_layer

    content = Path(order.file).read_bytes()
    is_vector = is_vector_file(content)
    if order.layers_only:
        return Answer(layers=tuple(layers_of(content)) if is_vector else ())
    delivery = read_layer(content, order.layer) if is_vector else read_delivery(content)
    if order.first:
        return _first_rows(delivery, order)
    text = order.contract or derive_contract(delivery, slug=order.slug, name=order.name)
    contract = read_contract(text)
    judged = judge(delivery, contract, order.before, now_ms=order.now_ms)
    rows = typed_rows(delivery, judged.headings, contract)
    _write(rows, order.rows)
    return Answer(
        digest=delivery.digest,
        verdict=judged.verdict.value,
        findings=tuple(Told(one.code.value, one.verdict.value, one.column, dict(one.figures)) for one in judged.findings),
        untold=judged.untold,
        rows=len(rows),
        contract=text,
        profile=judged.profile,
        box=_box(rows),
    )


def _box(rows: "pl.DataFrame") -> tuple[float, float, float, float] | None:
    """West, south, east and north of all rows; None where none has a place."""
    from tocsin.engine.deliveries.typed_rows import BOUNDS

    west, south, east, north = (rows[name] for name in BOUNDS)
    edges = [one for one in (west.min(), south.min(), east.max(), north.max()) if isinstance(one, float)]
    return (edges[0], edges[1], edges[2], edges[3]) if len(edges) == 4 else None


def _first_rows(delivery: "Delivery", order: Order) -> Answer:
    from tocsin.engine.deliveries.headings import headings_of
    from tocsin.engine.deliveries.odcs import read_contract

    cells = delivery.cells
    return Answer(
        rows=len(cells),
        headings=tuple(cells.columns),
        named=headings_of(cells, read_contract(order.contract)) if order.contract else {},
        first=tuple(cells.head(order.first).rows()),
        placed=None if delivery.shapes is None else sum(one is not None for one in delivery.shapes),
    )


def _write(rows: "pl.DataFrame", path: str) -> None:
    """As Delta Lake holds them: moments in microseconds."""
    import polars as pl

    moments = [name for name, kind in rows.schema.items() if isinstance(kind, pl.Datetime)]
    rows.with_columns(pl.col(name).cast(pl.Datetime("us", "UTC")) for name in moments).write_parquet(path, row_group_size=10_000)


def main() -> int:
    """The child."""
    os.nice(NICE)  # here, not where it is asked: who waits with a lock of the database must never wait for the processor, too
    order = decode_json(sys.stdin.buffer.read(), Order, most_bytes=MOST_ORDER)
    limit(order.memory_bytes, order.cpu_s)
    sys.stdout.buffer.write(msgspec.json.encode(read(order)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
