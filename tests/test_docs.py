"""What can be set, said or added stands in the documentation, or the build is red."""

import inspect
import re
from importlib import import_module
from pathlib import Path

import msgspec
import pytest
from django.utils.module_loading import import_string

from tocsin.command.gathering.consumers import FOLLOWED
from tocsin.engine.detection import RULES
from tocsin.notices.accounts.services import KINDS as OF_ACCOUNTS
from tocsin.notices.proposals.services import KINDS as OF_PROPOSALS
from tocsin.notices.rosters.services import KINDS
from tocsin.portal.catalogue import COMMANDS, DEVICE_PROTOCOLS, MAP_LAYERS, PAPERS, PROCESSES
from tocsin.portal.worker import all_loops
from tocsin.screens.live.tables import live_kinds
from tocsin.screens.readiness import readiness_checks, setup_steps
from tocsin.sensing.devices.rules import Health
from tocsin.sensing.quarantine.rules import Reason
from tocsin.warning.causes.policy.causes import load_templates
from tocsin.warning.causes.policy.checks import shipped_checks

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def names_of_settings() -> list[str]:
    text = (ROOT / "src/tocsin/portal/configuration.py").read_text()
    return sorted({*re.findall(r'"(TOCSIN_[A-Z_]+|DATABASE_URL)"', text), *(one.variable for one in DEVICE_PROTOCOLS)})


def names_of_events() -> list[str]:
    names = []
    package = ROOT / "src" / "tocsin"
    for path in sorted((*package.glob("*/events.py"), *package.glob("*/*/events.py"))):
        module = import_module(".".join(("tocsin", *path.relative_to(package).with_suffix("").parts)))
        for name, member in inspect.getmembers(module, inspect.isclass):
            if member.__module__ == module.__name__ and issubclass(member, msgspec.Struct):
                names.append(name)
    return names


def names_of_layers() -> list[str]:
    return [import_string(name.replace(":", ".")).name for name in MAP_LAYERS]


def keys_of_policies() -> list[tuple[str, str]]:
    """Every key that stands at the beginning of a line of a shipped policy, with the capability."""
    keys = set()
    package = ROOT / "src" / "tocsin"
    named_elsewhere = package / "warning" / "causes"  # its rows are causes and checks, see TABLE
    for path in (*package.glob("*/policy.toml"), *package.glob("*/*/policy.toml"), *package.glob("*/*/policy/*.toml")):
        if path.is_relative_to(named_elsewhere):
            continue
        for key in re.findall(r"^([a-z_]+) *=", path.read_text(encoding="utf-8"), flags=re.MULTILINE):
            keys.add((path.relative_to(package).parts[0], key))
    return sorted(keys)


TABLE = [
    ("settings.md", names_of_settings()),
    ("events.md", names_of_events()),
    ("loops.md", [row.name for row in all_loops()]),
    ("detectors.md", list(RULES)),
    ("causes.md", [template.cause for template in load_templates().causes]),
    ("deciding.md", list(shipped_checks().cards)),
    ("papers.md", list(PAPERS)),
    ("map.md", names_of_layers()),
    ("setup.md", [*(one.name for one in setup_steps()), *(one.name for one in readiness_checks())]),
    ("protocols.md", [*(reason.value for reason in Reason), *(health.value for health in Health)]),
]


@pytest.mark.parametrize(("page", "names"), TABLE, ids=[page for page, _ in TABLE])
def test_every_name_is_told(page: str, names: list[str]) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    assert names
    assert [name for name in names if f"`{name}`" not in text] == []


def test_every_event_is_read_in_code_or_meant_for_outsiders() -> None:
    rows = [line.split(" | ") for line in (DOCS / "events.md").read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    for_outsiders = {row[0].strip("| `") for row in rows if row[2] == "outsiders"}
    kinds = {kind.__name__ for kind in (*live_kinds(), *FOLLOWED, *KINDS, *OF_ACCOUNTS, *OF_PROPOSALS)}
    assert kinds & for_outsiders == set(), "these are read in code"
    assert set(names_of_events()) - kinds - for_outsiders == {"Detection"}, "these are read by nobody; Detection is no event"


def test_every_command_and_process_is_told() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *DOCS.glob("*.md")])
    assert [name for name in COMMANDS if f"tocsin {name}" not in text] == []
    assert [name for name in PROCESSES if f"| {name} |" not in text] == []


def test_every_policy_key_is_told() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))
    assert [key for key in keys_of_policies() if f"`{key[1]}`" not in text] == []


def test_links_lead_somewhere() -> None:
    broken = []
    for path in [ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")]:
        targets = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
        lost = [target for target in targets if "://" not in target and not (path.parent / target).exists()]
        broken += [f"{path.relative_to(ROOT)}: {target}" for target in lost]
    assert broken == []
