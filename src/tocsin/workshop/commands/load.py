"""`tocsin load`: data from files into the database."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput
from tocsin.portal.preparation import prepare_database

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_BYTES = 2_000_000_000  # the networks of a province
ERRORS_SHOWN = 50


@click.group()
def load() -> None:
    """Import data from files."""


@load.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--region", required=True, help="Code of the region (GB/T 2260, six digits) that the assets belong to.")
def network(file: Path, region: str) -> None:
    """Import a buried network from a GeoJSON FILE; all of it, or nothing where a feature can't be read.

    Where it is interrupted, load the same file again.
    """
    password = prepare_database()
    if password:
        click.echo(f"first log-in: user admin, one-time password {password} (it must be changed at once)")
    from tocsin.jurisdiction.areas.queries import all_regions
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.lifelines.services.networks import import_network, network_features

    if not all_regions().filter(code=region).exists():
        raise InvalidInput(f"region {region!r} is not in the table of regions")
    try:
        document = read_json(file.read_bytes(), most_bytes=MOST_BYTES)
    except (OSError, InvalidInput) as error:
        raise InvalidInput(f"{file}: {error}") from None
    features = network_features(document, str(file))
    with click.progressbar(length=len(features), label="assets") as bar:
        report = import_network(actor=system_actor(), features=features, region_code=region, on_progress=bar.update)
    if report.errors:
        for line in report.errors[:ERRORS_SHOWN]:
            click.echo(line, err=True)
        if len(report.errors) > ERRORS_SHOWN:
            click.echo(f"… and {len(report.errors) - ERRORS_SHOWN} more", err=True)
        raise InvalidInput(f"{file}: {len(report.errors)} features can't be read; nothing was loaded")
    if report.resumed:
        click.echo("an import that had been interrupted is complete now")
    click.echo(f"{report.loaded} assets loaded into region {region}, {report.created} of them new")
    if report.unknown_owners:
        click.echo(f"no organisation is registered for the owners {', '.join(report.unknown_owners)}")


@load.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--datum", type=click.Choice(["cgcs2000", "gcj02", "bd09"]), default="cgcs2000", show_default=True)
@click.option("--keep-others", is_flag=True, help="Parts of which the files hold nothing stay as they are.")
def ground(files: tuple[Path, ...], datum: str, keep_others: bool) -> None:
    """Take FILES (GeoPackage, zipped Shapefile, KML, GeoJSON) as the ground of the map (docs/map.md).

    All of them, or nothing where a row can't be read.
    """
    prepare_database()
    from django.utils import timezone

    from tocsin.atlas.layers.services.ground import GroundFile, UnreadGround, load_ground
    from tocsin.atlas.layers.shown.ground import describe_faults
    from tocsin.base.datums import Datum
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.portal.configuration import Configuration

    try:
        made = load_ground(
            actor=system_actor(),
            files=[GroundFile(one.name, one.read_bytes()) for one in files],
            datum=Datum(datum),
            keep_others=keep_others,
            folder=Configuration.from_environment().data / "ground",
            now=timezone.now(),
        )
    except UnreadGround as unread:
        for one in describe_faults(unread.faults)[:ERRORS_SHOWN]:
            place = ", ".join(filter(None, (one.file, one.layer, f"row {one.row}" if one.row else "")))
            click.echo(f"{place}: {one.text}", err=True)
        raise
    for part, count in made.parts.items():
        click.echo(f"{part:<10} {count:>9,}{'  as before' if part in made.kept else ''}")
    click.echo(f"{sum(made.parts.values()):,} features are the ground of the map now, version {made.version}")


@load.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--datum", type=click.Choice(["cgcs2000", "gcj02", "bd09"]), default="cgcs2000", show_default=True)
@click.option("--source", default="", help="Who made them and under which licence, as every map that shows them says.")
def terrain(files: tuple[Path, ...], datum: str, source: str) -> None:
    """Take FILES (GeoTIFF, one band of heights in metres) as the terrain of the map (docs/map.md): all of them, or nothing."""
    prepare_database()
    from django.utils import timezone

    from tocsin.atlas.layers.services.terrain.loading import TerrainFile, load_terrain
    from tocsin.base.datums import Datum
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.portal.configuration import Configuration

    made = load_terrain(
        actor=system_actor(),
        files=[TerrainFile(one.name, one.resolve()) for one in files],
        datum=Datum(datum),
        source=source,
        folder=Configuration.from_environment().data / "terrain",
        now=timezone.now(),
    )
    click.echo(f"{made.tiles:,} tiles to zoom {made.zoom}, {made.lowest_m} to {made.highest_m} m, version {made.version}")


@load.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--region", required=True, help="Code of the region (GB/T 2260, six digits) that the organisations belong to.")
def organisations(file: Path, region: str) -> None:
    """Take FILE (CSV, Excel) in as a table of organisations (docs/imports.md); all of it, or nothing."""
    prepare_database()
    _take_table("organisations", file, region)


@load.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--region", required=True, help="Code of the region (GB/T 2260, six digits) of the organisations.")
def contacts(file: Path, region: str) -> None:
    """Take FILE (CSV, Excel) in as a telephone book of desks, posts and people (docs/imports.md); all of it, or nothing."""
    prepare_database()
    _take_table("contacts", file, region)


def _take_table(kind: str, file: Path, region: str, *, actor: "User | None" = None) -> None:
    from django.utils import timezone

    from tocsin.base.datums import Datum
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.records.imports.rules import ImportVerdict
    from tocsin.records.imports.services.giving import drop_file, give_file
    from tocsin.records.imports.services.judging import rows_of
    from tocsin.records.imports.services.taking import take_file

    actor, now = actor or system_actor(), timezone.now()
    made = give_file(
        actor=actor,
        kind=kind,
        region_code=region,
        file_name=file.name,
        content=file.read_bytes(),
        datum=Datum.CGCS2000,
        now=now,
    )
    rows = rows_of(actor=actor, made=made, now=now)
    wrong = [row for row in rows if row.verdict is ImportVerdict.WRONG]
    for row in wrong[:ERRORS_SHOWN]:
        click.echo(f"row {row.line}: {'; '.join(f'{one.column}: {one.text}' for one in row.problems)}", err=True)
    if wrong:
        drop_file(actor=actor, import_id=made.pk, now=now)
        raise InvalidInput(f"{file}: {len(wrong)} rows are wrong; nothing was loaded")
    taken = take_file(actor=actor, import_id=made.pk, at_once=True, now=now)
    if taken.trouble:
        raise InvalidInput(f"{file}: {taken.trouble}")
    counts = ", ".join(f"{count} {verdict}" for verdict, count in taken.counts.items())
    click.echo(f"{len(rows)} rows: {counts}; /imports/{made.pk}/ undoes them")


@load.command("travel-times")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--region", required=True, help="Code of the region (GB/T 2260, six digits) whose stores stand in the rows.")
@click.option("--by", required=True, help="User name of the head of supplies in whose name it is taken.")
def travel_times(file: Path, region: str, by: str) -> None:
    """Take FILE (CSV, Excel) in as minutes from stores to places of need (docs/imports.md); all of it, or nothing."""
    prepare_database()
    from tocsin.jurisdiction.face import person_by_username

    person = person_by_username(by)
    if person is None:
        raise InvalidInput(f"nobody signs in as {by!r}")
    _take_table("travel-times", file, region, actor=person)


@load.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--judged", is_flag=True, help="Take them through the log to the detector, as if devices had sent them.")
def readings(file: Path, judged: bool) -> None:
    """Import readings from a Parquet, CSV or NDJSON FILE into the history."""
    prepare_database()
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.sensing.doors.services.files import import_file

    report = import_file(actor=system_actor(), path=file, judged=judged)
    click.echo(f"{report.accepted:,} of {report.rows:,} readings of {len(report.sensors):,} sensors loaded")
    for reason, count in report.refused.most_common():
        click.echo(f"{count:,} refused, {reason}: the first is {report.examples[reason]}", err=True)


@load.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--region", default="370000", show_default=True, help="Code of the region that the resources belong to.")
@click.option("--owner", default="emergency_bureau", show_default=True, help="Code of the body that owns them.")
@click.option("--level", type=click.Choice(["public", "inner", "restricted"]), default="inner", show_default=True)
def resources(file: Path, region: str, owner: str, level: str) -> None:
    """Make every layer of FILE (GeoPackage, GeoJSON, zipped Shapefile, KML, CSV, Excel) a data resource, or deliver it anew.

    Where the region has no organisation yet, the usual ones are made first.
    """
    prepare_database()
    from django.utils import timezone

    from tocsin.atlas.resources.rules.levels import Shared, SharingLevel
    from tocsin.atlas.resources.services.layers import load_layers
    from tocsin.jurisdiction.bodies.models import Organisation
    from tocsin.jurisdiction.people.services.start import ensure_organisations
    from tocsin.jurisdiction.people.services.system import system_actor

    here = {one.code: one for one in Organisation.objects.filter(region=region)} or ensure_organisations(region)
    body = here.get(owner)
    if body is None:
        raise InvalidInput(f"region {region} has no organisation {owner}")
    loaded = load_layers(
        actor=system_actor(),
        region_code=region,
        owner_id=body.pk,
        file_name=file.name,
        content=file.read_bytes(),
        level=SharingLevel(level),
        now=timezone.now(),
        way=Shared.COMMAND,
    )
    for one in loaded:
        what = f"{one.delivery.verdict or one.delivery.stage}, {one.delivery.rows} rows" if one.delivery else "as it is"
        click.echo(f"{one.resource.slug:<40} {'new' if one.is_new else 'known'}  {what}")
    if broken := [one for one in loaded if one.delivery and one.delivery.stage != "landed"]:
        raise InvalidInput(f"{file}: {len(broken)} of {len(loaded)} layers were set aside: see their pages")
