"""Programs that tests start from a text import what is there: no linter reads them."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
IMPORT = re.compile(r"\bfrom ((?:tocsin|tests)[\w.]*) import (\w+(?:, \w+)*)")


def imports_in_texts() -> Iterator[tuple[str, str, str]]:
    """(file and line, module, name)."""
    for path in sorted(HERE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for module, names in IMPORT.findall(node.value):
                    for name in names.split(", "):
                        yield f"{path.relative_to(HERE)}:{node.lineno}", module, name


def is_there(module: str, name: str) -> bool:
    try:
        return hasattr(import_module(module), name) or find_spec(f"{module}.{name}") is not None
    except ModuleNotFoundError:
        return False


def test_what_texts_import_is_there() -> None:
    found = list(imports_in_texts())
    assert len(found) > 20
    assert [place for place in found if not is_there(*place[1:])] == []
