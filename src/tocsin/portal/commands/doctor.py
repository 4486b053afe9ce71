"""`tocsin doctor`: what is wrong with an installation, and how each thing is mended."""

import sys

import click

from tocsin.portal.doctor.findings import Verdict
from tocsin.portal.doctor.report import as_json, as_text, examine
from tocsin.portal.doctor.words import Language, asked_language, spoken


@click.command()
@click.option("--json", "wants_json", is_flag=True, help="For programs: one object with all findings.")
@click.option(
    "--language",
    type=click.Choice([one.value for one in Language]),
    help="Of what it says; without it that of the terminal (LANG).",
)
def doctor(wants_json: bool, language: str | None) -> None:
    """Look at ports, clock, disk, memory, versions, data folder, database, bus, channels and proxy.

    Changes nothing, and works when nothing else starts. Ends with 1 where something is bad, else with 0.
    """
    with spoken(Language(language) if language else asked_language()):
        report = examine()
        if wants_json:
            click.echo(as_json(report))
        else:
            for line in as_text(report):
                click.echo(line)
    sys.exit(1 if report.verdict is Verdict.BAD else 0)
