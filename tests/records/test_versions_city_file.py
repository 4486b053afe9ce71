"""A city's policy as one file: every key comes out, every error is told with its place, and what differs goes in."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.accounts import PersonMaker
from tests.people import LICANG
from tocsin.base.errors import InvalidInput
from tocsin.base.toml import write_toml
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.policy import AUDIT
from tocsin.records.calendar.policy import CALENDAR
from tocsin.records.versions import queries
from tocsin.records.versions.models import PolicyVersion
from tocsin.records.versions.rules import leaves
from tocsin.records.versions.services.city_file import Imported, check_policy, export_policy, import_policy

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "tocsin"
NO_POLICY = {
    *(
        "citations.toml",
        "words.toml",
        "work_words.toml",
        "organisations.toml",
        "county.toml",
        "cause_sentences.toml",
        "items.toml",
    ),
    "tours.toml",
}
"""TOML files of words and of first rows: what is said, not how it is decided."""

ABOUT = Imported(source="a test", confidence="B", reason="to see")
YEAR = {"year": 2027, "source": "a notice", "confidence": "A", "make_up_days": [], "holiday": []}


@pytest.fixture
def people(make_person: PersonMaker) -> tuple[User, User]:
    return make_person("rule_engineer", EVERYWHERE), make_person("supervisor", EVERYWHERE)


def put_in(people: tuple[User, User], text: str) -> list[PolicyVersion]:
    return import_policy(actor=people[0], second=people[1], text=text, about=ABOUT)


def at(content: dict[str, Any], name: str) -> dict[str, Any]:
    capability, _, subject = name.partition(".")
    found: dict[str, Any] = content[capability][subject]
    return found


def test_every_policy_file_is_in_the_catalogue() -> None:
    known = {file.path for file in queries.policy_files().values()}
    files = {
        path for path in PACKAGE.rglob("*.toml") if not {"simulation", "demo"} & set(path.parts) and path.name not in NO_POLICY
    }
    assert files == known
    assert len(known) == len(queries.policy_files())


@pytest.mark.parametrize("name", queries.policy_files())
def test_a_policy_file_is_read_from_what_is_written_of_it(name: str) -> None:
    """What is laid over a file passes through TOML text once more: nothing of it may be lost."""
    file = queries.policy_file(name)
    assert tomllib.loads(write_toml(file.content)) == file.content
    file.read(write_toml(file.content).encode(), name)
    assert file.zh and file.en and name.count(".") == 1


def test_a_fresh_folder_gives_every_key_of_every_file(tmp_path: Path) -> None:
    environment = {**os.environ, "TOCSIN_DATA": str(tmp_path / "data")}
    command = [sys.executable, "-m", "tocsin.portal.cli", "policy", "export", "--out", str(tmp_path / "policy.toml")]
    subprocess.run(command, check=True, env=environment, capture_output=True)
    text = (tmp_path / "policy.toml").read_text(encoding="utf-8")
    given = tomllib.loads(text)
    for name, file in queries.policy_files().items():
        assert dict(leaves(at(given, name))) == dict(leaves(file.content)), name
    assert "State Council" in text  # the sources of the shipped files come along


@pytest.mark.django_db
def test_what_was_exported_is_in_force_already(people: tuple[User, User]) -> None:
    text = export_policy()
    assert check_policy(text) == []
    assert put_in(people, text) == []


@pytest.mark.django_db
def test_what_differs_becomes_a_confirmed_version(people: tuple[User, User]) -> None:
    shipped = AUDIT.shipped.keep_days
    (row,) = put_in(people, f"[records.audit]\nkeep_days = {shipped + 100}\n")
    assert (row.made_by, row.confirmed_by) == people
    assert (row.source, row.confidence, row.reason) == ("a test", "B", "to see")
    assert AUDIT.current().keep_days == shipped + 100
    text = export_policy()
    assert f"# shipped: keep_days = {shipped}" in text
    assert put_in(people, text) == []
    (back,) = put_in(people, f"[records.audit]\nkeep_days = {shipped}\n")
    assert back.withdrawn and AUDIT.current() == AUDIT.shipped


@pytest.mark.django_db
def test_an_item_is_a_version_of_its_own(people: tuple[User, User]) -> None:
    years = [*CALENDAR.content["years"], YEAR]
    (row,) = put_in(people, write_toml({"records": {"calendar": {**CALENDAR.content, "years": years}}}))
    assert (row.key, row.policy) == ("2027", "records.calendar")
    assert 2027 in CALENDAR.current().years
    assert put_in(people, export_policy()) == []


def test_every_error_is_told_with_its_place_and_how_to_mend_it() -> None:
    text = '[records.audit]\nkeep_days = 5\n[records.press]\nat_once = "many"\nlamp = 1\n[records.moon]\na = 1\n[garden]\nb = 2\n'
    problems = {one.place: one for one in check_policy(text)}
    assert {"records.audit.keep_days", "records.press.at_once", "records.press.lamp", "records.moon", "garden"} <= set(problems)
    assert "six months" in problems["records.audit.keep_days"].what
    assert f"shipped is {AUDIT.shipped.keep_days}" in problems["records.audit.keep_days"].mend
    assert "take" in problems["records.press.lamp"].mend
    assert "records.press" in problems["records.moon"].mend
    (broken,) = check_policy("[records.audit\n")
    assert "line 1" in broken.place


@pytest.mark.django_db
def test_an_import_is_all_or_nothing(people: tuple[User, User]) -> None:
    with pytest.raises(InvalidInput, match=r"records\.audit\.keep_days"):
        put_in(people, "[records.press]\nat_once = 3\n[records.audit]\nkeep_days = 5\n")
    with pytest.raises(InvalidInput, match="another one"):
        put_in((people[0], people[0]), "[records.audit]\nkeep_days = 500\n")
    with pytest.raises(InvalidInput, match="region"):
        put_in(people, f'[[scoped]]\npolicy = "records.audit"\nregion = "{LICANG}"\n[scoped.values]\nkeep_days = 500\n')
    assert not PolicyVersion.objects.exists()
