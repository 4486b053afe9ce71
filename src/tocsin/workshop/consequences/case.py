"""A case file (docs/consequences.md): TOML or JSON, refused with the file and what is wrong in it."""

from pathlib import Path

import msgspec

from tocsin.base.decoding import convert
from tocsin.base.documents import read_json, read_toml
from tocsin.base.errors import InvalidInput
from tocsin.hazchem.releases.policy.harm import HarmPolicy
from tocsin.hazchem.releases.queries.cases import Case, WrittenCase, case_of, model_names

SUFFIXES = (".toml", ".json")


def find_cases(path: Path) -> list[Path]:
    """The file itself, or every case file of a folder in order."""
    if path.is_file():
        return [path]
    found = sorted(one for one in path.iterdir() if one.suffix in SUFFIXES and one.is_file())
    if not found:
        raise InvalidInput(f"{path}: a case file (.toml or .json) is expected, and a folder holds at least one")
    return found


def read_case(file: Path, policy: HarmPolicy) -> Case:
    """The case of a file; InvalidInput begins with the file and names the field."""
    try:
        return case_of(file.stem, _written(file), policy)
    except (InvalidInput, OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{file}: {error}") from None


def _written(file: Path) -> WrittenCase:
    if file.suffix not in SUFFIXES:
        raise InvalidInput("a case is a file .toml or .json")
    text = file.read_text(encoding="utf-8")
    content = read_toml(text) if file.suffix == ".toml" else read_json(text)
    try:
        return convert(content, WrittenCase)
    except msgspec.ValidationError as error:
        raise InvalidInput("%(why)s%(hint)s", why=error, hint=_hint(str(error))) from None


def _hint(message: str) -> str:
    """Which models there are, where the one that was named is not one."""
    if ".model`" not in message and "`model`" not in message:
        return ""
    return f"; model is one of {', '.join(sorted(model_names()))}"
