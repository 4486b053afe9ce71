"""`tocsin cap check FILES`: is a CAP message what it says, and who signed it; no database is needed."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.base.errors import InvalidInput

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from tocsin.mobilisation.public_warnings.rules.cap.checking import Checked

SEVERAL_FAILED = 1
_SUFFIXES = (".xml", ".cap")


@click.group()
def cap() -> None:
    """Messages of the Common Alerting Protocol 1.2."""


@cap.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--trust", type=click.Path(exists=True, path_type=Path), help="Certificates that are trusted: a folder or a file.")
@click.option(
    "--at", "at_text", default="sent", show_default=True, help="When the certificate must be valid: sent, now or a time."
)
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for each file.")
@click.pass_context
def check(context: click.Context, paths: tuple[Path, ...], trust: Path | None, at_text: str, as_json: bool) -> None:
    """Print one verdict with its reason for each message: files, or folders of .xml and .cap files.

    Ends with 0 where all are valid; for one file with the code of its verdict (docs/public-warnings.md), for several with 1.
    """
    from tocsin.mobilisation.public_warnings.rules.cap.checking import EXIT_CODES, Verdict
    from tocsin.mobilisation.public_warnings.rules.cap.checking import check as judge
    from tocsin.mobilisation.public_warnings.rules.cap.reading import LARGEST_BYTES

    trusted = _trusted(trust) if trust else []
    at = _moment(at_text)
    verdicts = []
    for path in _files(paths):
        with path.open("rb") as file:
            checked = judge(file.read(LARGEST_BYTES + 1), trusted=trusted, at=at)
        verdicts.append(checked.verdict)
        _print(path, checked, as_json=as_json)
    if not verdicts:
        raise InvalidInput("%(paths)s: no .xml or .cap file lies there", paths=", ".join(map(str, paths)))
    if len(verdicts) == 1:
        context.exit(EXIT_CODES[verdicts[0]])
    context.exit(0 if set(verdicts) == {Verdict.VALID} else SEVERAL_FAILED)


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.iterdir() if one.is_file() and one.suffix.lower() in _SUFFIXES)
        else:
            yield path


def _trusted(path: Path) -> "list[Certificate]":
    from tocsin.mobilisation.public_warnings.rules.cap.certificates import read_certificates, read_trusted

    return read_trusted(path) if path.is_dir() else read_certificates(path.read_bytes())


def _moment(text: str) -> datetime | None:
    if text == "sent":
        return None
    if text == "now":
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidInput(
            "--at %(written)s: write sent, now, or a time with its offset, such as 2026-01-03T05:02:00+08:00", written=text
        )
    return moment


def _print(path: Path, checked: "Checked", *, as_json: bool) -> None:
    told = checked.alert
    if as_json:
        row = {
            "file": str(path),
            "verdict": checked.verdict,
            "why": checked.why,
            "signed_by": checked.signed_by,
            "identifier": told.identifier if told else None,
            "sender": told.sender if told else None,
            "sent": told.sent.isoformat() if told else None,
        }
        click.echo(json.dumps(row, ensure_ascii=False))
        return
    why = checked.why or f"{told.identifier if told else ''} signed by {checked.signed_by}"
    click.echo(f"{path}: {checked.verdict}: {why}")
