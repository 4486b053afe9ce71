"""`tocsin bench`: the figures of this machine."""

from importlib import import_module

import click
from rich.console import Console

from tocsin.workshop.bench.catalogue import BENCHES

_NAMES = [bench.name for bench in BENCHES]


@click.command(epilog="  ".join(f"{bench.name}: {bench.about}." for bench in BENCHES))
@click.argument("names", nargs=-1, type=click.Choice(_NAMES))
@click.option("--quick", is_flag=True, help="Fewer readings; the figures are rougher.")
def bench(names: tuple[str, ...], quick: bool) -> None:
    """Measure speed and memory; NAMES chooses benches, without it all run, one after the other."""
    console = Console()
    for chosen in BENCHES:
        if not names or chosen.name in names:
            module, function = chosen.entry.split(":")
            getattr(import_module(module), function)(console, quick)
