"""`tocsin spark`: the history judged by Apache Spark, all at once or as it grows."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.base.errors import InvalidInput

if TYPE_CHECKING:
    from tocsin.workshop.spark.shards import Rules


_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def spark() -> None:
    """Judge the history of readings on Apache Spark, by the service's own engine (docs/spark.md)."""


def _common(command: Callable[..., None]) -> Callable[..., None]:
    options = (
        click.option("--history", "folder", type=_FOLDER, help="The history's folder; else that of the data folder."),
        click.option("--master", default="local[*]", show_default=True, help="Spark's master; `local[*]`: all cores here."),
        click.option("--rules", "rules_file", type=_FILE, help="With --profile: profiles (TOML) in place of the shipped ones."),
        click.option("--profile", default="", help="One profile for all sensors; else each by the register, as in service."),
    )
    for option in options:
        command = option(command)
    return command


@spark.command()
@_common
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Write the detections: .parquet or .ndjson."
)
@click.option("--quiet", is_flag=True, help="Print nothing.")
def detect(folder: Path | None, master: str, rules_file: Path | None, profile: str, out: Path, quiet: bool) -> None:
    """Judge all of the history at once, each sensor's readings by time, and write what is detected."""
    from tocsin.workshop.files.detections import sink_for
    from tocsin.workshop.spark.batch import detect as detect_all
    from tocsin.workshop.spark.session import open_session

    folder = folder or _own_history()
    rules = _rules(folder, rules_file, profile)
    with sink_for(out, sys.stdout.buffer) as sink:
        session = open_session(master)
        try:
            found = detect_all(session, folder, rules)
        finally:
            session.stop()
        sink.write(found, int)
    if not quiet:
        click.echo(f"{len(found):,} detections of {len(rules.profile_of_sensor):,} sensors in {out}")


@spark.command()
@_common
@click.option(
    "--into", required=True, type=click.Path(file_okay=False, path_type=Path), help="The stream's folder: state and detections."
)
@click.option("--every", default=5.0, show_default=True, type=click.FloatRange(0.1), help="Seconds between looks at the history.")
@click.option("--once", is_flag=True, help="Judge what is there and end.")
def follow(folder: Path | None, master: str, rules_file: Path | None, profile: str, into: Path, every: float, once: bool) -> None:
    """Judge the history as it grows, each detection once, through restarts; until it is interrupted."""
    from tocsin.workshop.spark.session import open_session

    folder = folder or _own_history()
    _require_one_writer(folder)
    rules = _rules(folder, rules_file, profile)
    session = open_session(master)
    try:
        from tocsin.workshop.spark.stream import catch_up, follow_on, kept_detections

        if once:
            catch_up(session, folder, into, rules)
            click.echo(f"{len(kept_detections(into)):,} detections in {into / 'detections'}")
        else:
            follow_on(session, folder, into, rules, every_s=every)
    finally:
        session.stop()


def _require_one_writer(folder: Path) -> None:
    """A stream counts by the log position of one writer."""
    from tocsin.warning.detection.services.layout import read_count

    if read_count(folder.parent) > 1:
        raise InvalidInput(
            "several detectors write this history side by side: follow one of a single partition, "
            "or judge the past by `tocsin spark detect`"
        )


def _own_history() -> Path:
    from tocsin.portal.configuration import Configuration

    configuration = Configuration.from_environment()
    if configuration.history_store is not None:
        raise InvalidInput(
            "the history lies in a store, which Spark's tasks are not given the keys of: copy it, and name --history"
        )
    return configuration.data / "history"


def _rules(folder: Path, rules_file: Path | None, profile: str) -> "Rules":
    """By the register, or one profile for all sensors of the history."""
    from tocsin.workshop.spark.shards import Rules, sensors_of

    if profile:
        from tocsin.warning.detection.policy import SHIPPED_FILE, load_profiles

        return Rules.of_one(load_profiles(rules_file or SHIPPED_FILE).named(profile), sensors_of(folder))
    if rules_file is not None:
        raise InvalidInput("--rules needs --profile: say which of its profiles judges all sensors")
    from tocsin.portal.preparation import prepare_database

    prepare_database()
    from tocsin.warning.detection.queries.registry import load_registry

    known = load_registry()
    if not len(known):
        raise InvalidInput("no sensor is registered here: name a profile for all sensors of the history by --profile")
    return Rules(known.profiles, known.profile_of_sensor, known.interval_ms)
