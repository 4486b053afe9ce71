"""What fuzzing found, and bytes that are right, once more: nothing of it breaks its target."""

import importlib

import pytest

from tests.fuzz import CORPUS, FOLDER, TARGETS

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_breaks_its_target(name: str) -> None:
    target = importlib.import_module(f"tests.fuzz.{name}")
    kept = {path.name: path.read_bytes() for path in sorted((CORPUS / name).glob("*"))}
    kept |= {f"seed {number}": seed for number, seed in enumerate(target.seeds())}
    for words, data in kept.items():
        try:
            target.check(data)
        except BaseException as error:
            error.add_note(f"{name}: {words}")
            raise


def test_every_target_is_known_and_its_corpus_small() -> None:
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__", "run", "test_corpus"}
    assert files == set(TARGETS)
    assert {path.parent.name for path in CORPUS.glob("*/*")} <= files
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) < 200_000
