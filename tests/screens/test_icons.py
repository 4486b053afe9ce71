"""Every icon that a template names is in the bundle: one that is not shows nothing, and nobody hears of it."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"{%\s*icon \"([a-z0-9-]+)\"")


@pytest.mark.one_database
def test_every_icon_of_a_template_is_in_the_bundle() -> None:
    bundled = set(json.loads((ROOT / "web/icons.json").read_text(encoding="utf-8")))
    templates = sorted((ROOT / "src/tocsin").rglob("templates/**/*.html"))
    named = {name: one.name for one in templates for name in NAMED.findall(one.read_text(encoding="utf-8"))}
    assert len(named) > 30
    assert {name: page for name, page in named.items() if name not in bundled} == {}
