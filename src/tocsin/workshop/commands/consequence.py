"""`tocsin consequence CASE`: what a release does, from a file; no database is needed."""

from pathlib import Path

import click

from tocsin.base.errors import InvalidInput, TocsinError


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON, one line a case.")
@click.option("--geojson", "as_geojson", is_flag=True, help="Print the areas on the map as GeoJSON, one line a case.")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
def consequence(path: Path, as_json: bool, as_geojson: bool, language: str) -> None:
    """Work out the release, cloud, fire or blast of the case file PATH (.toml, .json), or of every case file in a folder.

    Each figure comes with its unit and its range over the weathers around the given one. Ends with 1 where a case is refused.
    """
    import msgspec
    from rich.console import Console

    from tocsin.workshop.consequences.answer import answer_of, features_of
    from tocsin.workshop.consequences.case import find_cases, read_case
    from tocsin.workshop.consequences.policy import harm_policy
    from tocsin.workshop.consequences.printing import print_case

    policy = harm_policy()
    files = find_cases(path)
    console = Console(highlight=False)
    failed = 0
    for file in files:
        try:
            answer = answer_of(read_case(file, policy), policy)
            areas = features_of(answer) if as_geojson else None
        except TocsinError as error:
            if len(files) == 1:
                raise
            failed += 1
            click.echo(str(error), err=True)
            continue
        if areas is not None:
            click.echo(msgspec.json.encode(areas).decode())
        elif as_json:
            click.echo(msgspec.json.encode(answer).decode())
        else:
            print_case(console, answer, language)
            console.print()
    if failed:
        raise InvalidInput(f"{failed} of {len(files)} cases could not be worked out")
