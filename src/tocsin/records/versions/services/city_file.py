"""A city's whole policy as one TOML file: taken out with every key, checked with every error, put in as confirmed versions."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.documents import read_toml
from tocsin.base.errors import InvalidInput
from tocsin.base.policy import PolicyFile
from tocsin.base.toml import Document, dotted, write_toml
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import require
from tocsin.records.versions import queries
from tocsin.records.versions.models import PolicyVersion
from tocsin.records.versions.rules import changes, difference, merged, plain_leaves, same, single
from tocsin.records.versions.services import versions
from tocsin.records.versions.services.versions import NewVersion
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person, User

SCOPED: Final = "scoped"
_HEADER = re.compile(r"(?P<open>\[\[?)\s*(?P<name>[^\[\]]+?)\s*(?P<close>\]\]?)\s*(?P<rest>#.*)?")
_SCOPED_KEYS = {"policy", "region", "trade", "key", "whole", "withdrawn", "source", "confidence", "reason", "values"}


@dataclass(frozen=True)
class Problem:
    """What is wrong at a place of the file, and how to mend it."""

    place: str
    what: str
    mend: str


@dataclass(frozen=True)
class Imported:
    """What all versions of an import share."""

    source: str
    confidence: str
    reason: str
    effective_from: datetime | None = None


def export_policy(user: "Person | None" = None) -> str:
    """Every key of every policy file as it is in force, with the sources of the shipped files; versions of regions and trades
    behind, those that the user sees (None: all).
    """
    parts = [
        "# Policy of this installation: every key of every file. What is left out stays as it is.\n"
        "# Change values, then run `tocsin policy check` and `tocsin policy import`.\n"
    ]
    parts += [_exported(file) for file in queries.policy_files().values()]
    parts += [write_toml({SCOPED: [one]}) for one in _scoped(user)]
    return "\n".join(parts)


def _exported(file: PolicyFile[Any]) -> str:
    content = queries.content_in_force(file)
    head = f"# ──── {file.name}: {file.en} ({file.zh}) ────\n"
    differing = changes(file.content, content)
    if differing:
        told = "".join(f"# shipped: {dotted(path)} = {_in_a_line(old)}\n" for path, old, _new in differing[:200])
        return head + told + write_toml(content, under=tuple(file.name.split(".")))
    text = f"[{file.name}]\n" + "\n".join(_moved(line, file.name) for line in file.text.splitlines()) + "\n"
    return head + (
        text if _at(tomllib.loads(text), file.name) == file.content else write_toml(content, under=tuple(file.name.split(".")))
    )


def _moved(line: str, name: str) -> str:
    found = _HEADER.fullmatch(line)
    return (
        f"{found['open']}{name}.{found['name']}{found['close']}{'  ' + found['rest'] if found['rest'] else ''}" if found else line
    )


def _scoped(user: "Person | None") -> Iterator[Document]:
    """The versions in force that do not hold everywhere."""
    now = current_time()
    for name in queries.policy_files():
        newest: dict[tuple[str, str, str], PolicyVersion] = {}
        if queries.layers_of(name):
            rows = queries.versions_of(name) if user is None else queries.visible_versions(user, name)
            for row in rows.filter(effective_from__lte=now).order_by("effective_from", "pk"):
                newest[row.scope] = row
        for row in newest.values():
            ended = row.effective_to is not None and row.effective_to <= now
            if (row.region_code == EVERYWHERE and not row.trade) or ended or (row.withdrawn and not row.key):
                continue
            told = {"policy": name, "region": row.region_code, "trade": row.trade, "key": row.key, "whole": row.whole}
            told |= {"withdrawn": row.withdrawn, "source": row.source, "confidence": row.confidence, "reason": row.reason}
            yield {**{key: value for key, value in told.items() if value}, "values": row.content}


def check_policy(text: str) -> list[Problem]:
    """Everything that keeps the file from being put in."""
    try:
        given = read_toml(text)
    except InvalidInput as error:
        return [Problem(str(error), _("this is no TOML"), _("look at that line and the one before it"))]
    found: list[Problem] = []
    for file, content in _documents(given, found):
        found += _problems(file, content)
    for number, one in enumerate(given.get(SCOPED, ()), start=1):
        found += _scoped_problems(one, f"{SCOPED} {number}")
    return found


def _documents(given: Mapping[str, Any], problems: list[Problem]) -> Iterator[tuple[PolicyFile[Any], Document]]:
    files = queries.policy_files()
    for capability, tables in given.items():
        if capability == SCOPED:
            continue
        known = [name for name in files if name.startswith(f"{capability}.")]
        if not known or not isinstance(tables, Mapping):
            names = ", ".join(sorted({name.partition(".")[0] for name in files}))
            problems.append(Problem(capability, _("no policy is called so"), _("known are %(names)s") % {"names": names}))
            continue
        for subject, content in tables.items():
            file = files.get(f"{capability}.{subject}")
            if file is None or not isinstance(content, Mapping):
                mend = _("known are %(names)s") % {"names": ", ".join(known)}
                problems.append(Problem(f"{capability}.{subject}", _("no policy is called so"), mend))
            else:
                yield file, dict(content)


def _problems(file: PolicyFile[Any], content: Document) -> list[Problem]:
    """Each key that does not fit by itself; what does not fit together, where every key does."""
    whole = _slip(file, merged(queries.content_in_force(file), content))
    if whole is None:
        return []
    found = []
    shipped = dict(plain_leaves(file.content))
    for path, value in plain_leaves(content):
        if path in shipped and same(shipped[path], value):
            continue
        slip = _slip(file, merged(file.content, single(path, value)))
        if slip is not None:
            mend = _("shipped is %(value)s") % {"value": _in_a_line(shipped[path])} if path in shipped else _("take this key out")
            found.append(Problem(f"{file.name}.{dotted(path)}", slip, mend))
    return found or [Problem(file.name, whole, _("compare with the shipped file: docs/policy.md names it"))]


def _slip(file: PolicyFile[Any], content: Document) -> str | None:
    try:
        queries.read_content(file, content, file.name)
    except queries.UNREADABLE as error:
        return f"{type(error).__name__}: {error}" if isinstance(error, KeyError) else str(error)
    return None


def _scoped_problems(one: Any, place: str) -> list[Problem]:
    try:
        file, new = _scoped_version(one)
        versions.check_version(file, new)
    except InvalidInput as error:
        return [Problem(place, str(error), _("compare with an export"))]
    return []


def _scoped_version(one: Any) -> tuple[PolicyFile[Any], NewVersion]:
    if not isinstance(one, Mapping) or not set(one) <= _SCOPED_KEYS or "policy" not in one:
        raise InvalidInput(_("known keys are %(names)s; policy is needed") % {"names": ", ".join(sorted(_SCOPED_KEYS))})
    values = one.get("values", {})
    plain = {name: one.get(name, "") for name in ("trade", "key", "source", "confidence", "reason")}
    if not isinstance(values, Mapping) or not all(isinstance(value, str) for value in plain.values()):
        raise InvalidInput(_("values is a table; trade, key, source, confidence and reason are texts"))
    new = NewVersion(
        text=write_toml(values),
        region_code=str(one.get("region", EVERYWHERE)),
        whole=bool(one.get("whole", False)),
        withdrawn=bool(one.get("withdrawn", False)),
        **plain,
    )
    return queries.policy_file(str(one["policy"])), new


@transaction.atomic
def import_policy(*, actor: "User", second: "User", text: str, about: Imported) -> list[PolicyVersion]:
    """Everything of the file that is not in force becomes a confirmed version, all or nothing.

    InvalidInput where `check_policy` finds a problem; NotAllowed and Conflict as for each version by itself.
    """
    problems = check_policy(text)
    if problems:
        first = problems[0]
        raise InvalidInput(f"{first.place}: {first.what} ({first.mend})")
    given = read_toml(text)
    made = []
    for file, content in _documents(given, []):
        made += [_put_in(actor, second, file, new, about) for new in _new_versions(file, content)]
    for one in given.get(SCOPED, ()):
        file, new = _scoped_version(one)
        if not stands(file, new):
            made.append(_put_in(actor, second, file, new, about))
    return made


def _new_versions(file: PolicyFile[Any], given: Document) -> Iterator[NewVersion]:
    """What must be laid over the shipped file so that it says what is given; nothing where that is in force."""
    now = queries.content_in_force(file)
    wanted = merged(now, given)
    if file.items:
        yield from _new_items(file, now, wanted)
        now, wanted = ({**content, file.items: file.content[file.items]} for content in (now, wanted))
    if same(now, wanted):
        return
    over = difference(file.content, wanted)
    if file.whole or over is None:
        yield NewVersion(text=write_toml(wanted), whole=True)
    else:
        yield NewVersion(text=write_toml(over), withdrawn=not over)


def _new_items(file: PolicyFile[Any], now: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[NewVersion]:
    before = {str(row[file.items_by]): row for row in now.get(file.items, ())}
    after = {str(row[file.items_by]): row for row in wanted.get(file.items, ())}
    for code, row in after.items():
        if not same(before.get(code), row):
            yield NewVersion(text=write_toml(row), key=code)
    for code in before.keys() - after.keys():
        yield NewVersion(text=write_toml(before[code]), key=code, withdrawn=True)


def stands(file: PolicyFile[Any], new: NewVersion) -> bool:
    """Whether the newest version of that scope says the same."""
    now = current_time()
    rows = queries.versions_of(file.name, new.key).filter(region_code=new.region_code, trade=new.trade, effective_from__lte=now)
    row = rows.order_by("-effective_from", "-pk").first()
    if row is None:
        return False
    return (row.withdrawn, row.whole) == (new.withdrawn, new.whole) and same(row.content, tomllib.loads(new.text))


def _put_in(actor: "User", second: "User", file: PolicyFile[Any], new: NewVersion, about: Imported) -> PolicyVersion:
    require(actor, versions.DRAFT, new.region_code)
    require(second, versions.CONFIRM, new.region_code)
    if actor.pk == second.pk:
        raise InvalidInput(_("The second person is another one."))
    named = replace(
        new,
        source=new.source or about.source,
        confidence=new.confidence or about.confidence,
        reason=new.reason or about.reason,
        version=_import_name(file) if file.by_day else "",
    )
    versions.check_version(file, named)
    row = versions.keep_draft(actor=actor, policy=file.name, new=named)
    row = versions.keep_trial(actor=actor, row=row, trial=versions.trial_of(row))
    begins = max(about.effective_from or versions.earliest_begin(file), versions.earliest_begin(file))
    return versions.keep_confirmed(actor=second, row=row, effective_from=begins)


def _import_name(file: PolicyFile[Any]) -> str:
    day = timezone.localdate(current_time())
    return f"import-{day:%Y%m%d}-{queries.versions_of(file.name).count() + 1}"


def _at(content: Mapping[str, Any], name: str) -> Any:
    found: Any = content
    for part in name.split("."):
        found = found.get(part, {})
    return found


def _in_a_line(value: Any) -> str:
    if value is None:
        return "–"
    text = " ".join(write_toml({"value": value}).removeprefix("value = ").split())
    return text if len(text) <= 160 else text[:160] + "…"
