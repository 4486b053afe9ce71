"""`tocsin detect`: readings in a file become detections."""

import sys
from collections import Counter
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tocsin.engine.detection import RULES
from tocsin.engine.detection.detections import Detections
from tocsin.engine.detection.rule import Edge
from tocsin.warning.detection.policy import load_profiles
from tocsin.workshop.detection.readings import FileDetection
from tocsin.workshop.detection.scores import score_file
from tocsin.workshop.files.detections import sink_for


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--rules",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Profiles to judge by (TOML); else the shipped ones.",
)
@click.option("--profile", default="", help="The profile for all sensors; else by the file's column quantity, else `default`.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to .parquet or .ndjson (scores: .csv); else NDJSON (CSV) to the output.",
)
@click.option("--scores", is_flag=True, help="FILE is a series, timestamp,value[,value…]: write timestamp,score,state.")
@click.option(
    "--network",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --scores: CSV from,to between components, whose columns are COMPONENT or COMPONENT.channel; which is at fault.",
)
@click.option("--quiet", is_flag=True, help="No progress bar, no summary.")
def detect(
    file: Path, rules: Path | None, profile: str, out: Path | None, scores: bool, network: Path | None, quiet: bool
) -> None:
    """Judge the readings in FILE (Parquet, CSV or NDJSON with the columns sensor, ts, value, and perhaps quality and quantity).

    sensor: whole numbers or texts. ts: milliseconds UTC, or ISO 8601 with a zone. Detections are written as they are found.

    With --scores FILE is one series of any kind without limits (CSV: timestamp,value[,value…]), and each row gets an anomaly
    score between 0 and 1 by what came before it; 0.999 is reached about once in a thousand ordinary rows. Its state is 0.5 or
    more while an anomaly lasts.
    """
    if network is not None and not scores:
        raise click.UsageError("--network needs --scores")
    if scores:
        if rules is not None or profile:
            raise click.UsageError("--scores knows no limits: leave --rules and --profile out")
        score_file(file, out, network, Console(stderr=True, quiet=quiet))
        return
    detection = FileDetection(file, load_profiles(rules), profile)
    console = Console(stderr=True, quiet=quiet)
    edges: Counter[tuple[int, int]] = Counter()
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn())
    with sink_for(out, sys.stdout.buffer) as sink, Progress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task(file.name, total=1.0)
        for detections in detection.run():
            sink.write(detections, detection.name_of())
            _count(edges, detections)
            bar.update(task, completed=detection.progress.done)
    _summarise(console, detection, edges)


def _count(edges: Counter[tuple[int, int]], detections: Detections) -> None:
    for rule in range(len(RULES)):
        chosen = detections.edge[detections.rule == rule]
        for edge in Edge:
            edges[rule, int(edge)] += int((chosen == int(edge)).sum())


def _summarise(console: Console, detection: FileDetection, edges: Counter[tuple[int, int]]) -> None:
    progress = detection.progress
    table = Table(title="Detections", title_justify="left")
    table.add_column("rule")
    for edge in Edge:
        table.add_column(edge.name.lower(), justify="right")
    for rule, name in enumerate(RULES):
        of_rule = [edges[rule, int(edge)] for edge in Edge]
        if any(of_rule):
            table.add_row(name, *(f"{count:,}" if count else "" for count in of_rule))
    if table.row_count:
        console.print(table)
    else:
        console.print("No detections.")
    counts = progress.counts
    lost = {
        "late": counts["late"],
        "twice": counts["duplicate"],
        "unreadable": counts["unreadable"],
        "not watched": counts["unknown"],
    }
    told = ", ".join(f"{count:,} {name}" for name, count in lost.items() if count)
    console.print(
        f"{progress.rows:,} readings of {progress.sensors:,} sensors in {progress.seconds:.2f} s "
        f"({progress.rows / max(progress.seconds, 1e-9) / 1e6:.1f} million/s)" + (f"; {told}" if told else "")
    )
    if counts["late"] > progress.rows // 2:
        console.print(
            "[yellow]More than half came after a newer reading of their sensor: is the file sorted newest first?[/yellow]"
        )
