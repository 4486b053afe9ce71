"""`tocsin policy export | check | import`: a city's whole policy as one TOML file."""

from datetime import datetime
from pathlib import Path

import click

from tocsin.base.errors import InvalidInput


@click.group()
def policy() -> None:
    """A city's whole policy as one file."""


@policy.command(name="export")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; standard output without it.")
def export_file(out: Path | None) -> None:
    """Write every key of every policy file as it is in force."""
    _set_up()
    from tocsin.records.face import export_policy

    text = export_policy()
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


@policy.command(name="check")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_file(path: Path) -> None:
    """Tell every error of a policy file with its place and how to mend it."""
    _set_up()
    from tocsin.records.face import check_policy

    problems = check_policy(_text(path))
    for one in problems:
        click.echo(f"{one.place}\n    {one.what}\n    → {one.mend}")
    if problems:
        raise InvalidInput(f"{path}: {len(problems)} errors")
    click.echo(f"{path}: no error")


@policy.command(name="import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--actor", required=True, help="Username of the person who answers for the values.")
@click.option("--second", required=True, help="Username of the second person, who confirms them.")
@click.option("--source", required=True, help="What the values rest on.")
@click.option("--confidence", type=click.Choice(["A", "B", "C"]), default="C", show_default=True)
@click.option("--reason", default="", help="Why.")
@click.option("--from", "begins", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d"]), help="Local time; now without it.")
def import_file(path: Path, actor: str, second: str, source: str, confidence: str, reason: str, begins: datetime | None) -> None:
    """Put in force what a policy file says, where it is not in force yet. All or nothing."""
    _set_up()
    from django.utils import timezone

    from tocsin.jurisdiction.face import person_by_username
    from tocsin.records.face import Imported, import_policy

    people = {name: person_by_username(name) for name in (actor, second)}
    author, confirmer = people[actor], people[second]
    if author is None or confirmer is None:
        unknown = [name for name, person in people.items() if person is None]
        raise InvalidInput(f"nobody has the user name {', '.join(unknown)}")
    starts = timezone.make_aware(begins) if begins is not None else None
    about = Imported(source=source, confidence=confidence, reason=reason, effective_from=starts)
    made = import_policy(actor=author, second=confirmer, text=_text(path), about=about)
    for row in made:
        name = f"{row.policy} {row.key}".strip()
        click.echo(
            f"{name} {row.version}: {row.region_code}, in force from {timezone.localtime(row.effective_from):%Y-%m-%d %H:%M}"
        )
    click.echo(f"{len(made)} versions")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is no UTF-8 text: {error}") from None


def _set_up() -> None:
    """The command line speaks English, refusals of services among them."""
    from tocsin.portal.processes import set_up_django

    set_up_django()
    from django.utils import translation

    translation.activate("en")
