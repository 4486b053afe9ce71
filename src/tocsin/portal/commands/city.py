"""`tocsin city export | import`: the settings of an area as one file, out of one installation and into another."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.base.errors import InvalidInput

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@click.group()
def city() -> None:
    """Bodies, duties, roles, shared views and own policy of an area as one file."""


@city.command(name="export")
@click.argument("region")
@click.option("--actor", required=True, help="User name of the administrator who takes it out.")
@click.option("--people", is_flag=True, help="With accounts (never their passwords) and roles.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; standard output without it.")
def export_file(region: str, actor: str, people: bool, out: Path | None) -> None:
    """Write the settings of the area REGION and all below it."""
    _set_up()
    from django.utils import timezone

    from tocsin.records.face import export_city

    text = export_city(actor=_person(actor), region_code=region, with_people=people, now=timezone.now())
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


@city.command(name="import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--region", default="", help="The area it is for; that of the file without it.")
@click.option(
    "--actor", "actors", required=True, multiple=True, help="User name of who writes; several, each writes what is theirs."
)
@click.option("--second", default="", help="User name of the second person, who confirms the policy; without it, it waits.")
@click.option("--look", is_flag=True, help="Tell what it would change, and write nothing.")
def import_file(path: Path, region: str, actors: tuple[str, ...], second: str, look: bool) -> None:
    """Write what the file PATH says and is not there yet."""
    _set_up()
    from django.utils import timezone

    from tocsin.records.face import import_city

    confirmer = _person(second) if second else None
    told = import_city(
        actors=[_person(one) for one in actors],
        second=confirmer,
        content=path.read_bytes(),
        file_name=path.name,
        region_code=region,
        look=look,
        now=timezone.now(),
    )
    for line in told.lines:
        click.echo(line)
    if told.wrong:
        raise InvalidInput(f"{path}: {told.wrong} rows are wrong, and nothing of them was written")


def _person(username: str) -> "User":
    from tocsin.jurisdiction.face import person_by_username

    person = person_by_username(username)
    if person is None:
        raise InvalidInput(f"nobody has the user name {username}")
    return person


def _set_up() -> None:
    """The command line speaks English, refusals of services among them."""
    from tocsin.portal.processes import set_up_django

    set_up_django()
    from django.utils import translation

    translation.activate("en")
