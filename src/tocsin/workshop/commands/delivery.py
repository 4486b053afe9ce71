"""`tocsin delivery check CONTRACT FILE`: is a file what its department promised; no database is needed."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tocsin.base.errors import InvalidInput

if TYPE_CHECKING:
    from tocsin.engine.deliveries.judgement import Judged
    from tocsin.engine.deliveries.profile import Profile

EXIT_CODES: Final = {"as_agreed": 0, "widened": 10, "narrowed": 11, "broken": 12}
_MOST_PROFILE: Final = 50_000_000
_UNTOLD: Final = {
    "changes": "what changed: give the profile of the delivery before (--before)",
    "datum": "the datum: the contract has no control points, and no delivery before has places",
}


@click.group()
def delivery() -> None:
    """Files that departments deliver, and the contracts that they keep."""


@delivery.command()
@click.argument("contract", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--before", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Profile of the last good delivery.")
@click.option("--profile", type=click.Path(dir_okay=False, path_type=Path), help="Write the profile of this one there.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON.")
@click.pass_context
def check(context: click.Context, contract: Path, file: Path, before: Path | None, profile: Path | None, as_json: bool) -> None:
    """Judge FILE against CONTRACT (ODCS 3, YAML or JSON): as agreed, widened, narrowed or broken, with every reason.

    Ends with 0, 10, 11 or 12 in that order (docs/data-contracts.md).
    """
    import msgspec

    from tocsin.engine.deliveries.files import read_delivery
    from tocsin.engine.deliveries.judgement import judge
    from tocsin.engine.deliveries.odcs import read_contract

    agreed = read_contract(_text(contract))
    last = _profile(before) if before else None
    judged = judge(read_delivery(file.read_bytes()), agreed, last, now_ms=int(time.time() * 1000))
    if profile is not None:
        profile.write_bytes(msgspec.json.encode(judged.profile))
    _print(file, judged, as_json=as_json)
    context.exit(EXIT_CODES[judged.verdict])


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput("%(path)s: save the contract as UTF-8", path=path) from None


def _profile(path: Path) -> "Profile":
    from tocsin.base.documents import decode_json
    from tocsin.engine.deliveries.profile import Profile

    return decode_json(path.read_bytes(), Profile, most_bytes=_MOST_PROFILE)


def _print(file: Path, judged: "Judged", *, as_json: bool) -> None:
    from tocsin.engine.deliveries.words import sentence_of

    if as_json:
        findings = [
            {"code": one.code, "verdict": one.verdict, "column": one.column, "figures": one.figures, "says": sentence_of(one)}
            for one in judged.findings
        ]
        row = {"file": str(file), "verdict": judged.verdict, "findings": findings, "untold": judged.untold}
        click.echo(json.dumps(row, ensure_ascii=False))
        return
    click.echo(f"{file}: {judged.verdict.replace('_', ' ')} ({judged.profile.rows:,} rows)")
    for one in judged.findings:
        click.echo(f"  {one.verdict}: {sentence_of(one)}")
    for name in judged.untold:
        click.echo(f"  could not be told: {_UNTOLD[name]}")
