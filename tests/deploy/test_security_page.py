"""`docs/security.md` speaks of every requirement of ASVS 5.0.0 at levels 1 and 2, and of tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs/security.md").read_text(encoding="utf-8")

# Section -> how many of its requirements are of level 1 or 2; they come first in each section, numbered from 1.
SECTIONS = {
    **{"1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1},
    **{"3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4},
    **{"5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4},
    **{"7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4},
    **{"10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3},
    **{"11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4},
    **{"13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3},
    **{"15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3},
}
VERDICTS = {"met", "partly", "not", "operator", "–"}


def told() -> dict[str, str]:
    """Requirement -> verdict; a row may name several, as `1.2.6 – 1.2.8`, `3.3.1, 3.3.3` or `4.3.x`."""
    found = {}
    for names, verdict in re.findall(r"^\| ([0-9][0-9.,x– ]*?) \| ([^|]+?) \|", PAGE, flags=re.MULTILINE):
        for part in names.split(", "):
            first, _, last = part.partition(" – ")
            section, _, number = first.rpartition(".")
            if number == "x":
                numbers = range(1, SECTIONS[section] + 1)
            else:
                numbers = range(int(number), int(last.rpartition(".")[2] or number) + 1)
            found |= {f"{section}.{one}": verdict for one in numbers}
    return found


def test_every_requirement_has_a_verdict() -> None:
    wanted = {f"{section}.{number}" for section, count in SECTIONS.items() for number in range(1, count + 1)}
    assert len(wanted) + 7 == 253  # WebRTC, which is not there, has 7
    verdicts = {name: verdict for name, verdict in told().items() if name in wanted}
    assert sorted(wanted - verdicts.keys()) == []
    assert set(verdicts.values()) <= VERDICTS


def test_what_is_met_names_its_proof() -> None:
    """A test, or `make check` where the linter and the type checkers hold it; a promise for the future (15.1.1) can have none."""
    rows = re.findall(r"^\| ([0-9][^|]*?) \| met \|(.*)$", PAGE, flags=re.MULTILINE)
    assert [name for name, text in rows if not re.search(r"`(tests/(\S+/)?)?test_\w+\.py|`make check`", text)] == ["15.1.1"]


def test_the_tests_that_it_names_exist() -> None:
    names = set(re.findall(r"\b(test_\w+\.py)", PAGE))
    assert names
    assert [name for name in sorted(names) if not list((ROOT / "tests").rglob(name))] == []
