"""`tocsin bench`: the figures of this machine."""

from importlib import import_module
from typing import Any

import click
from rich.console import Console

from tocsin.workshop.bench.catalogue import BENCHES

_NAMES = [bench.name for bench in BENCHES]


@click.command(epilog="  ".join(f"{bench.name}: {bench.about}." for bench in BENCHES))
@click.argument("names", nargs=-1, type=click.Choice(_NAMES))
@click.option("--quick", is_flag=True, help="Fewer readings; the figures are rougher.")
@click.option("--whole", is_flag=True, default=None, help="history: 10^9 readings, some 3 GB on disk and half an hour.")
@click.option("--attacks", help="siege: which attacks, with commas between; `together` for all at once.")
@click.option("--rounds", type=click.IntRange(min=1), help="chaos: how many rounds.")
@click.option("--seed", type=int, help="chaos: who dies when; the same seed kills the same again.")
@click.option("--database", help="siege, chaos: an empty PostgreSQL database here, or `own` for a server of their own.")
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False),
    help="siege: the figures into this file, too; chaos: a line a round, and rounds that stand there are gone on with.",
)
def bench(names: tuple[str, ...], quick: bool, **options: Any) -> None:
    """Measure speed and memory; NAMES chooses benches, without it all run, one after the other."""
    console = Console()
    given = {name: value for name, value in options.items() if value is not None}
    chosen = [bench for bench in BENCHES if not names or bench.name in names]
    for name in given:
        if not any(name in bench.options for bench in chosen):
            raise click.UsageError(f"none of the benches named has an option --{name.removesuffix('_file')}")
    for one in chosen:
        module, function = one.entry.split(":")
        getattr(import_module(module), function)(
            console, quick, **{name: value for name, value in given.items() if name in one.options}
        )
