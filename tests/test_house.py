"""The house keeps its own rules: style, types, the ladder of imports, foreign keys that point down."""

import ast
import doctest
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from django.apps import apps
from django.db.models import ForeignObject
from hypothesis import given
from hypothesis.strategies import integers
from ninja import Schema

from tests.remains import FORGOTTEN, KEPT
from tocsin.portal.catalogue import (
    ALARMS_FOLLOWED_BY,
    API_ROUTERS,
    APPS,
    ATTACHED_TO,
    COMMANDS,
    DEVICE_SECTIONS,
    FIELD_ACTS,
    LOOPS,
    OBJECT_SECTIONS,
    PAGES,
    PAPERS,
    PROCESSES,
    TASK_PAGES,
    TASK_WORDS,
    TASKS_MET_BY,
)
from tocsin.portal.worker import all_loops

ROOT = Path(__file__).resolve().parent.parent
LADDER = [
    "base",
    "engine",
    "simulation",
    "bus",
    "screens",
    "jurisdiction",
    "records",
    "fieldwork",
    "federation",
    "notices",
    "atlas",
    "lifelines",
    "sensing",
    "warning",
    "supervision",
    "vision",
    "supplies",
    "hazchem",
    "mobilisation",
    "command",
    "portal",
    "workshop",
]
NAMES = {  # of a subject's files and folders; data files and templates lie beside them
    "urls",
    "views",
    "api",
    "loops",
    "consumers",
    "map_layers",
    "feature_collections",
    "gauges",
    "readiness",
    "home_pieces",
    "papers",
    "services",
    "shown",
    "queries",
    "models",
    "policy",
    "events",
    "rules",
    "templates",
}
WHOLE = {"lifelines", "fieldwork"}  # capabilities with one subject are themselves its folder
OF_PORTAL = {"portal", "workshop", "federation", "screens", "bus", "base", "engine", "simulation"}  # no subjects in these


def run(*command: str) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-6000:]}{done.stderr[-3000:]}"


def test_style() -> None:
    run("ruff", "check", ".")
    run("ruff", "format", "--check", ".")


def test_templates_are_formatted() -> None:
    """No line of a template is longer than a reader's window; what the formatter can't break, an author must."""
    command = [str(Path(sys.executable).parent / "djangofmt"), "--check", "src/tocsin"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-6000:]
    templates = (ROOT / "src" / "tocsin").rglob("*.html")
    assert not [path for path in templates if max(map(len, path.read_text(encoding="utf-8").splitlines())) > 200]


def test_imports_point_down_the_ladder() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-6000:]


def subjects() -> list[Path]:
    """Folders of subjects: two levels below the package, or a capability that has one subject."""
    found = []
    for capability in sorted(path.parent for path in (ROOT / "src" / "tocsin").glob("*/__init__.py")):
        if capability.name in WHOLE:
            found.append(capability)
        elif capability.name not in OF_PORTAL:
            found += sorted(
                path.parent for path in capability.glob("*/__init__.py") if path.parent.name not in ("migrations", "management")
            )
    return found


def test_a_subject_holds_only_the_fixed_names() -> None:
    capability_names = {"apps", "face", "migrations", "management", "__init__"}
    for subject in subjects():
        names = {path.stem for path in subject.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
        allowed = NAMES | ({"__init__"} if subject.name not in WHOLE else capability_names)
        assert names <= allowed, f"{subject}: {sorted(names - allowed)}"


def test_every_subject_is_in_the_contract_of_names() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    inside = next(contract for contract in contracts if contract["name"].startswith("Inside a subject"))
    listed = {name.removeprefix("tocsin.").replace(".", "/") for name in inside["containers"]}
    assert listed == {str(subject.relative_to(ROOT / "src" / "tocsin")) for subject in subjects()}
    assert len(inside["layers"]) <= 15


def test_no_prefix_is_a_folder_that_was_not_made() -> None:
    """Three files of a folder with one prefix are a subject, or a part of one."""
    for folder in sorted({path.parent for path in (ROOT / "src" / "tocsin").rglob("*.py")}):
        prefixes = Counter(path.stem.split("_")[0] for path in folder.glob("*_*.py") if not path.stem.startswith("_"))
        long = sorted(prefix for prefix, count in prefixes.items() if count >= 3 and "migrations" not in folder.parts)
        assert not long, f"{folder}: {long}"


def test_every_folder_is_on_the_ladder() -> None:
    folders = {path.parent.name for path in (ROOT / "src" / "tocsin").glob("*/__init__.py")}
    assert folders <= set(LADDER)


def test_foreign_keys_point_to_the_same_or_a_lower_folder() -> None:
    for model in apps.get_models():
        if not model.__module__.startswith("tocsin."):
            continue
        own = LADDER.index(model.__module__.split(".")[1])
        for field in model._meta.get_fields():
            if isinstance(field, ForeignObject) and field.related_model.__module__.startswith("tocsin."):
                other = field.related_model.__module__.split(".")[1]
                assert LADDER.index(other) <= own, f"{model.__name__}.{field.name} points up to {other}"


def test_examples_in_docstrings_run() -> None:
    source = ROOT / "src"
    shown = [path for path in sorted((source / "tocsin").rglob("*.py")) if ">>> " in path.read_text(encoding="utf-8")]
    assert shown
    for path in shown:
        name = ".".join(path.relative_to(source).with_suffix("").parts).removesuffix(".__init__")
        assert doctest.testmod(import_module(name)).failed == 0, name


def test_examples_do_not_depend_on_what_else_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn() -> list[int]:
        examples: list[int] = []
        given(integers())(lambda drawn: examples.append(drawn))()
        return examples

    before = drawn()
    file = tmp_path / "loaded_later.py"
    file.write_text(f"A = {[*range(7_000, 7_300)]}", encoding="utf-8")
    loaded = ModuleType(file.stem)
    loaded.__file__ = str(file)
    monkeypatch.setitem(sys.modules, file.stem, loaded)
    assert drawn() == before


def test_what_folders_share_stands_in_modules_and_not_in_a_conftest() -> None:
    shared = re.compile(r"^\s*from tests\.(\w+\.)*conftest import", re.MULTILINE)
    assert [str(path) for path in (ROOT / "tests").rglob("*.py") if shared.search(path.read_text(encoding="utf-8"))] == []


def test_files_stay_small() -> None:
    """A file explains itself past 400 lines and is split before 600."""
    long = {}
    for folder in ("src", "tests", "web/src"):
        for suffix in ("*.py", "*.ts", "*.html", "*.css"):
            for path in (ROOT / folder).rglob(suffix):
                lines = path.read_text(encoding="utf-8").count("\n")
                if lines > 600 and "static/dist" not in str(path) and "migrations" not in str(path):
                    long[str(path.relative_to(ROOT))] = lines
    assert not long


AT_ONE_MOMENT = re.compile(
    r"\.(is_(visible|hidden|checked|enabled)|inner_(text|html)|text_content|input_value|all_(inner_texts|text_contents)"
    r"|bounding_box|scroll_into_view_if_needed|wait_for_(load_state|timeout)|set_default_timeout)\("
    r"|\bpage\.content\(|\bassert [^=]*\bpage\.url|\bsleep\(|locator\([^()]*\)\.(count|all)\("
)
"""What a test of a page reads once, of whatever is drawn at that moment, and what waits for time instead of the page."""


def test_tests_of_pages_wait_for_what_they_read() -> None:
    found = []
    for path in sorted((ROOT / "tests" / "browser").glob("test_*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if AT_ONE_MOMENT.search(line):
                found.append(f"{path.name}:{number}: {line.strip()}")
    assert not found, "read with expect, or as tests/browser/hands.py does:\n" + "\n".join(found)


HEX = re.compile(r"[0-9a-f]{1,9}|[0-9.-]{1,9}")
"""What stands in one id or time of a thousand by chance."""

ANY_SIGN = re.compile(r"[A-Za-z0-9_-]{1,4}")
READ_WHOLE = re.compile(r"content\b|page|html|body|caplog")
"""Where tokens and nonces stand beside the words: by their sixty-four signs a short word is written sooner or later."""


def absent_by_luck(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and text of each short literal of which a test demands that it does not stand in something."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.NotIn) and isinstance(node.left, ast.Constant):
            needles, where = [node.left.value], ast.unparse(node.comparators[0])
        elif (
            isinstance(node, ast.For)
            and isinstance(node.iter, ast.Tuple)
            and f"{ast.unparse(node.target)} not in" in ast.unparse(node)
        ):
            needles = [one.value for one in node.iter.elts if isinstance(one, ast.Constant)]
            where = ast.unparse(node.body)
        else:
            continue
        if "words_of(" in where:
            continue
        for needle in needles:
            text = needle.decode() if isinstance(needle, bytes) else needle
            if isinstance(text, str) and (HEX.fullmatch(text) or (ANY_SIGN.fullmatch(text) and READ_WHOLE.search(where))):
                yield node.lineno, ast.unparse(node).splitlines()[0]


def test_no_test_is_lost_to_a_random_id() -> None:
    """A short needle stands in a UUID, a token or a time now and then: look among `words_of` a page, or for a longer one."""
    found = []
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for line, text in absent_by_luck(ast.parse(path.read_text(encoding="utf-8"))):
            found.append(f"{path.relative_to(ROOT)}:{line}: {text}")
    assert not found, "\n".join(found)


BY_LUCK = {
    "a port that anybody may take before it is used (tests/ports.py)": re.compile(r"\.bind\(.*, 0\)\).*\n.*getsockname"),
    "another number each time": re.compile(r"\bdefault_rng\(\)|\brandom\.Random\(\)|^from random import", re.MULTILINE),
    "the clock on the wall as a limit of work (budgets.quickest_s)": re.compile(r"assert .*(perf_counter|process_time)\(\)"),
}


def test_tests_leave_nothing_to_luck() -> None:
    found = []
    for path in sorted((ROOT / "tests").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found += [
            f"{path.relative_to(ROOT)}: {why}"
            for why, pattern in BY_LUCK.items()
            if path.name != "test_house.py" and pattern.search(text)
        ]
    assert not found, "\n".join(found)


CACHE = re.compile(r"^\s*@(?:functools\.)?(?:lru_)?cache\b.*\n(?:\s*@.*\n)*\s*def (\w+)", re.MULTILINE)


def test_what_functions_remember_is_forgotten_or_holds_for_every_test() -> None:
    """A cached function that asks rows, settings or files of the data folder would answer the next test as it did the last."""
    found = set()
    for path in sorted((ROOT / "src" / "tocsin").rglob("*.py")):
        place = path.relative_to(ROOT / "src" / "tocsin").with_suffix("").parts
        if place[0] not in ("base", "engine", "simulation", "workshop"):
            module = ".".join(place).removesuffix(".__init__")
            found |= {f"{module}.{name}" for name in CACHE.findall(path.read_text(encoding="utf-8"))}
    assert found == {*FORGOTTEN, *KEPT}, "to be named in tests/remains.py"


def test_pages_use_the_room_of_screens() -> None:
    """Who acts, what time it is, forms and refusals are read in one place (`docs/screens.md`); the counts only go down."""
    sources = {path: path.read_text(encoding="utf-8") for path in (ROOT / "src" / "tocsin").rglob("*.py")}
    views = {path: text for path, text in sources.items() if "views" in path.parts or path.name == "views.py"}
    own = [str(path) for path, text in sources.items() if re.search(r"^\s*def _(actor|now|user)\b", text, re.MULTILINE)]
    refusals = [str(path) for path, text in views.items() if re.search(r"except .*\bRefusal\b", text)]
    by_hand = sum(len(re.findall(r"form\.get|POST\.get", text)) for text in views.values())
    assert (own, refusals) == ([], [])
    assert by_hand <= 40


def test_the_catalogue_names_what_exists() -> None:
    assert set(APPS) <= {f"tocsin.{name}" for name in LADDER}
    tables = (COMMANDS, PROCESSES, PAPERS, ATTACHED_TO, FIELD_ACTS, TASKS_MET_BY, TASK_WORDS, TASK_PAGES)
    routers = (name for names in API_ROUTERS.values() for name in names)
    for name in (
        *LOOPS,
        *OBJECT_SECTIONS,
        *DEVICE_SECTIONS,
        *ALARMS_FOLLOWED_BY,
        *routers,
        *(one for table in tables for one in table.values()),
    ):
        module, attribute = name.split(":")
        assert hasattr(import_module(module), attribute), name
    for _prefix, module in PAGES:
        assert import_module(module).urlpatterns


def test_loops_name_tables_that_exist() -> None:
    for row in all_loops():
        assert all(apps.get_model(label) for label in row.wakes_on), row.name


def test_every_schema_of_the_api_has_a_name_of_its_own() -> None:
    """OpenAPI knows schemas by their bare names: of two alike the later one would silently describe both."""
    seen: dict[str, str] = {}
    for path in sorted((ROOT / "src" / "tocsin").rglob("*.py")):
        if path.parent.name not in ("api", "shown") and path.name not in ("api.py", "shown.py"):
            continue
        module = import_module(".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__"))
        for name, member in vars(module).items():
            if isinstance(member, type) and issubclass(member, Schema) and member.__module__ == module.__name__:
                assert seen.setdefault(name, module.__name__) == module.__name__, (
                    f"{name} of {seen[name]} and of {module.__name__}"
                )
