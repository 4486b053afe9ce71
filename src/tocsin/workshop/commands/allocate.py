"""`tocsin allocate CASE --out ANSWER`: which store gives what to which need, from a folder of tables; no database is needed."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.base.errors import InvalidInput, TocsinError

if TYPE_CHECKING:
    from tocsin.engine.allocation.model import Allocation
    from tocsin.workshop.files.allocation import WrittenCase

SHOWN_LINES = 30


@click.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for allocation.json and lines.csv.")
@click.option("--seconds", type=click.FloatRange(min=0), default=30.0, show_default=True, help="For the search, each case.")
def allocate(path: Path, out: Path | None, seconds: float) -> None:
    """Find the best stores for the needs of the case folder PATH, or of every case folder in it.

    As much as can be served first; then the last part early, then cheap, then little below the minimums. Each goal is told with
    how far from the best it can be at most. Ends with 1 where a case can't be read.
    """
    from tocsin.engine.allocation.allocate import allocate as find
    from tocsin.workshop.files.allocation import is_allocation_case, read_allocation_case, write_allocation

    folders = [path] if is_allocation_case(path) else sorted(one for one in path.iterdir() if is_allocation_case(one))
    if not folders:
        raise InvalidInput(f"{path}: neither a case (no needs.csv) nor a folder of cases")
    failed = 0
    for folder in folders:
        try:
            written = read_allocation_case(folder)
        except TocsinError as error:
            click.echo(str(error), err=True)
            failed += 1
            continue
        until = time.monotonic() + seconds
        allocation = find(written.case, left=lambda until=until: until - time.monotonic())  # type: ignore[misc]
        if out is not None:
            write_allocation(out if folder == path else out / folder.name, written, allocation)
        print_allocation(written, allocation)
    if failed:
        raise InvalidInput(f"{failed} of {len(folders)} cases could not be read")


def print_allocation(written: "WrittenCase", allocation: "Allocation") -> None:
    """For a person: what is missing, what goes where, what falls below its minimum, and how good all this is."""
    from rich.console import Console
    from rich.table import Table

    from tocsin.workshop.files.allocation import answer_of, lines_of

    console, answer = Console(highlight=False), answer_of(written, allocation)
    console.print(f"[bold]{written.name}[/bold]: {'not enough' if allocation.missing.any() else 'complete'}, by {answer['by']}")
    for need in allocation.missing.nonzero()[0]:
        item, to = written.items[written.case.needs.item[need]], written.places[written.case.needs.place[need]]
        console.print(f"not enough: missing {allocation.missing[need]:g} of {item} at {to} ({written.needs[need]})")
    lines = lines_of(written, allocation)
    table = Table("need", "store", "lot", "place", "item", "quantity", "there after")
    for line in lines[:SHOWN_LINES]:
        minutes = f"{line.minutes:.0f} min"
        table.add_row(line.need, line.store, line.lot, line.place, line.item, f"{line.quantity:g}", minutes)
    console.print(table)
    if len(lines) > SHOWN_LINES:
        console.print(f"and {len(lines) - SHOWN_LINES} lines more; --out writes all")
    for row in (allocation.short > 1e-6).nonzero()[0]:
        of, item = written.minimums[row]
        console.print(f"below its minimum: {of} by {allocation.short[row]:g} of {item}")
    for stage in allocation.stages:
        console.print(f"{stage.goal}: {stage.value:g}, nothing below {stage.bound:g}; gap {stage.gap:.2%}")
