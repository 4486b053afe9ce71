"""What strangers write as JSON or TOML is read in one place, which bounds how long and how deep it is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tocsin.base.documents import MOST_DEPTH, decode_json, read_json, read_toml
from tocsin.base.errors import InvalidInput

SOURCE = Path(__file__).resolve().parents[1] / "src" / "tocsin"

READERS = {
    *("json.load", "json.loads", "json.JSONDecoder", "msgspec.json.decode", "msgspec.json.Decoder"),
    *("tomllib.load", "tomllib.loads", "msgspec.toml.decode", "msgspec.yaml.decode"),
}

LAST_NAME = re.compile(rf"\b({'|'.join({name.rpartition('.')[2] for name in READERS})})\b")
"""Stands in every text that names a reader: a file without it need not be taken apart."""

OWN_BYTES = {
    "atlas/connectors/services/sources/rows.py": "lines that it has just written",
    "atlas/pictures/papers/drawing.py": "the base map that is shipped",
    "base/documents.py": "the one place",
    "base/policy.py": "policy that is shipped",
    "command/reports/api.py": "a form that is shipped",
    "command/reports/queries/superiors.py": "settings in the data folder, which the operator writes",
    "engine/detection/state.py": "its own snapshot",
    "engine/points/ledger.py": "lines of its own ledger",
    "jurisdiction/people/services/start.py": "policy that is shipped",
    "lifelines/policy.py": "policy in force, which was read by read_toml before it was kept",
    "notices/channels/queries.py": "settings in the data folder, which the operator writes",
    "records/own_data/services.py": "what it has just written",
    "records/versions/models.py": "a text that was read by read_toml before it was kept",
    "records/versions/services/city_file.py": "texts that it has just written, or that read_toml read before",
    "sensing/doors/rules/payload.py": "the path of every reading: bounded by its packet and its type, the rest is caught",
    "supervision/platforms/policy.py": "settings in the data folder, which the operator writes",
    "simulation/scenario.py": "a story that is shipped, or that an operator names on the command line",
    "warning/causes/policy/": "policy in force, which was read by read_toml before it was kept",
    "warning/detection/policy.py": "the same",
    "warning/outlook/policy.py": "the same",
    "workshop/": "programs at a person's hand, on files and answers of their own",
}
"""Who reads otherwise, with the reason: bytes that this installation wrote itself. A stranger's are read by `base.documents`."""


def readers(tree: ast.AST) -> Iterator[str]:
    """Every reader of JSON or TOML that a file names, by whatever name it was imported."""
    names = {
        alias.asname or alias.name: f"{node.module}.{alias.name}" if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            first, dot, rest = ast.unparse(node).partition(".")
            if (name := names.get(first, first) + dot + rest) in READERS:
                yield name


def test_nobody_else_reads_what_strangers_write() -> None:
    texts = {path.relative_to(SOURCE).as_posix(): path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")}
    found = {path for path, text in texts.items() if LAST_NAME.search(text) and any(readers(ast.parse(text)))}
    assert [one for one in sorted(found) if not one.startswith(tuple(OWN_BYTES))] == [], "use tocsin.base.documents"
    assert [one for one in OWN_BYTES if not any(path.startswith(one) for path in found)] == []


@pytest.mark.parametrize("text", ["from json import loads as x\nx(1)", "import tomllib as t\nt.load", "import json\njson.loads"])
def test_a_reader_is_found_by_any_name(text: str) -> None:
    assert any(readers(ast.parse(text)))


DEEP = {
    "just deep enough": ("[" * MOST_DEPTH + "]" * MOST_DEPTH, ""),
    "a level too deep": ("[" * (MOST_DEPTH + 1) + "]" * (MOST_DEPTH + 1), "more than 64 levels"),
    "objects": ('{"a":' * 65 + "1" + "}" * 65, "more than 64 levels"),
    "beyond the parser": ("[" * 200_000, "more than 64 levels"),
    "many that are shallow": ("[" + ",".join(["[[]]"] * 200) + "]", ""),
    "brackets in a text": ('["' + "[" * 5_000 + '"]', ""),
    "broken off": ('{"a":\n [1,', "line 2, column 5"),
    "many digits": ("9" * 5_000, "no JSON"),
    "too long": ('"' + "x" * 4_000_000 + '"', "longer than 4000000 bytes"),
    "no UTF-8": (b'["\xff"]', "no text in UTF-8 at byte"),
}


@pytest.mark.parametrize(("text", "reason"), DEEP.values(), ids=DEEP)
def test_json_is_long_and_deep_within_bounds(text: str | bytes, reason: str) -> None:
    if not reason:
        assert read_json(text) is not None
        return
    with pytest.raises(InvalidInput) as refused:
        read_json(text)
    assert reason in refused.value.args[0] % refused.value.named


class Named(msgspec.Struct):
    """What a typed reader takes; other keys are passed over."""

    a: int


@pytest.mark.parametrize("text", [b'{"a": "x"}', b'{"a": 1, "b": ' + b"[" * 50_000, b'{"a":', b"\xff"])
def test_a_typed_reader_refuses_with_words(text: bytes) -> None:
    with pytest.raises(InvalidInput):
        decode_json(text, Named)


@pytest.mark.parametrize("text", ["a = " + "[" * 5_000, ".".join("a" * 70) + " = 1", "a = ", "a = " + "9" * 5_000])
def test_toml_is_deep_within_bounds(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_toml(text)
    assert read_toml(".".join("a" * MOST_DEPTH) + " = 1")
