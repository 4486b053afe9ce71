"""What the page on security says of the sources themselves: held by the linter where it can, and else looked for here.

Who needs one more exception adds it to the table, with a reason that others can judge.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "src" / "tocsin"
OFFLINE = {"workshop", "simulation"}  # commands of the machine's own operator: nothing of them answers a stranger

EXCEPTIONS = {
    "S307": {"screens/forms.py"},  # reads the annotations of our own functions
    "S608": {
        "atlas/connectors/services/sources/gathered.py",  # in a file of its own
        "atlas/connectors/services/sources/mysql.py",  # names of another's tables and columns, quoted
        "bus/bulk.py",
        "mobilisation/public_warnings/services/queueing.py",
        "supplies/stock/services/ledger.py",
    },  # names of our own tables and columns; every value is a parameter
    "S311": {"notices/sending/services/fates.py", "command/reports/services/transmissions.py"},  # spreads tries in time
    "S104": {"portal/supervisor.py"},  # compares an address with "all of them"
    "S310": {"portal/supervisor.py"},  # asks our own web process whether it answers
    "S105": {  # words that look like secrets to a linter
        "supervision/inspections/rules/findings.py",
        "jurisdiction/people/views/second_step.py",
        "jurisdiction/people/rules/sessions.py",
        "command/orders/rules/acts.py",
        "records/server/rules.py",
    },
}
BROWSER = {
    "innerHTML =": {"drawer.ts"},  # a fragment of our own server
    "insertAdjacentHTML": set[str](),
    "document.write": set[str](),
    "eval(": set[str](),
    "new Function": set[str](),
    ".postMessage(": {"live.ts"},  # a BroadcastChannel, which is one origin's
    "localStorage.setItem": {"sound.ts", "prove.ts", "one-map.ts"},  # whether sound is off; public keys of receipts; a view
}
TEMPLATES = {
    "a value that is not escaped": r"\|\s*safe\b|autoescape off|\|\s*safeseq\b",
    "a script with text of its own": r"<script(?![^>]*\bsrc=)[^>]*>",
    "a handler or style in an attribute": r"<[^>]+\s(on[a-z]+|style)=",
    "an address that runs": r"javascript:",
    "something that another host gives": r"(src|href|action)=\"(https?:)?//",
}


def python() -> Iterator[tuple[str, str]]:
    """Path below the package -> source, of what runs in a service."""
    for path in sorted(PRODUCT.rglob("*.py")):
        name = path.relative_to(PRODUCT).as_posix()
        if name.split("/")[0] not in OFFLINE and "/migrations/" not in name:
            yield name, path.read_text(encoding="utf-8")


def found(sources: Iterator[tuple[str, str]], pattern: str) -> set[str]:
    return {name for name, text in sources if re.search(pattern, text)}


def test_the_linter_looks_for_weaknesses_everywhere() -> None:
    """Rules S (flake8-bandit): eval, pickle, shell, SQL from texts, XML, weak hashes, certificates that nobody checks."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert "S" in settings["select"]
    assert not [rule for rule in settings["ignore"] if rule.startswith("S") and rule[1:].isdigit()]
    assert set(settings["per-file-ignores"]) == {"tools/**", "tests/**"}


@pytest.mark.parametrize("rule", sorted({*EXCEPTIONS, "S102", "S301", "S302", "S324", "S501", "S602", "S604", "S605", "S611"}))
def test_an_exception_stands_where_it_was_judged(rule: str) -> None:
    """SQL from texts, eval, exec, pickle, weak hashes, certificates that nobody checks, shells."""
    assert found(python(), rf"noqa:[^\n]*\b{rule}\b") == EXCEPTIONS.get(rule, set())


def test_no_text_of_ours_is_marked_safe() -> None:
    """`format_html` escapes what it is given; nothing skips that but the handbook, whose shipped chapters are drawn from Markdown
    with HTML switched off.
    """
    assert found(python(), r"mark_safe|SafeString\(|html_safe") == {"records/handbook/queries.py"}


def test_statements_by_hand_stand_in_few_places() -> None:
    by_hand = found(python(), r"\bcursor\.(execute|executemany)\(|\.raw\(|\.extra\(|RawSQL")
    assert by_hand == {
        "atlas/connectors/services/sources/database.py",  # another's database, names quoted by its driver
        "atlas/connectors/services/sources/mysql.py",
        "bus/bulk.py",
        "bus/sqlite/loops.py",  # a PRAGMA
        "portal/backup/running.py",  # a database for the trial of a restore
        "mobilisation/public_warnings/services/queueing.py",  # a million rows by one statement a part
        "portal/tables.py",  # a lock of PostgreSQL, while machines prepare at once
        "records/system/queries.py",  # the size of the database, which PostgreSQL alone knows
        "supervision/points/queries/keys.py",
        "supplies/stock/services/ledger.py",  # balances change where there is enough, thousands in one statement
        "sensing/history/services.py",
    }


def test_only_published_cryptography_is_used() -> None:
    assert found(python(), r"^\s*(?:import|from) (?:Crypto|nacl|rsa|ecdsa|gmssl|tink)\b") == set()
    parts = found(python(), r"\bmodes\.(ECB|CBC|CTR)|\balgorithms\.")  # Fernet and AEAD only, never parts of them
    assert parts == {"sensing/frame_keys/rules.py"}  # what loggers of HJ 212-2025 send; nothing of ours is sealed so
    weak = found(python(), r"hashlib\.md5|(?<!usedforsecurity=False\W)hashlib\.sha1\((?![^\n]*usedforsecurity=False)")
    assert weak == {"vision/recognition/rules/rtsp/logins.py"}  # Digest of cameras, of which most know nothing else


def test_debugging_pages_cannot_be_switched_on() -> None:
    settings = (PRODUCT / "portal" / "settings.py").read_text(encoding="utf-8")
    assert re.findall(r"^DEBUG\b.*$", settings, flags=re.MULTILINE) == ["DEBUG = False"]


@pytest.mark.parametrize("what", sorted(TEMPLATES))
def test_no_template_has(what: str) -> None:
    pages = ((path.relative_to(PRODUCT).as_posix(), path.read_text(encoding="utf-8")) for path in PRODUCT.rglob("*.html"))
    assert found(pages, TEMPLATES[what]) == set()


@pytest.mark.parametrize("what", sorted(BROWSER))
def test_the_browser_half_uses(what: str) -> None:
    files = sorted((ROOT / "web" / "src").rglob("*.ts"))
    assert files
    sources = ((path.name, path.read_text(encoding="utf-8")) for path in files if ".test." not in path.name)
    assert found(sources, re.escape(what)) == BROWSER[what]
