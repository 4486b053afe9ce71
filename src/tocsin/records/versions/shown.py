"""Policy in words for pages and programs: files by subject with shipped and own values side by side, and their versions."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.base.policy import PolicyFile
from tocsin.base.toml import dotted, write_toml
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.records.versions import queries
from tocsin.records.versions.rules import leaves, same
from tocsin.screens.clock import current_time
from tocsin.screens.waiting import Waiting, WaitingKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.jurisdiction.face import Person
    from tocsin.records.versions.models import PolicyVersion

STATES = {
    "draft": gettext_lazy("draft"),
    "tried": gettext_lazy("tried"),
    "coming": gettext_lazy("coming"),
    "on": gettext_lazy("in force"),
    "replaced": gettext_lazy("replaced"),
    "declined": gettext_lazy("declined"),
}


@dataclass(frozen=True)
class ShownValue:
    """One key. `own` is empty where the shipped value stands."""

    key: str
    shipped: str
    own: str
    differs: bool


@dataclass(frozen=True)
class ShownVersion:
    """One version of a policy."""

    id: UUID
    policy: str
    key: str
    version: str
    region_code: str
    trade: str
    state: str
    state_name: str
    source: str
    confidence: str
    reason: str
    whole: bool
    withdrawn: bool
    made_at: datetime
    made_by: str
    confirmed_by: str
    effective_from: datetime | None
    effective_to: datetime | None
    text: str
    trial: dict[str, object]

    @property
    def changes(self) -> list[Any]:
        """Path, value before and value after, as the trial tells them; a subject's own trial may tell none."""
        found = self.trial.get("keys")
        return found if isinstance(found, list) else []


@dataclass(frozen=True)
class ShownFile:
    """One policy file with its values as they hold everywhere, and the versions that the reader sees."""

    name: str
    capability: str
    title: str
    regions: bool
    trades: bool
    keys: int
    own_keys: int
    values: list[ShownValue] = field(default_factory=list)
    versions: list[ShownVersion] = field(default_factory=list)


def show_files(user: "Person", *, query: str = "") -> list[ShownFile]:
    """Every file in the order of the catalogue, with the values that are the installation's own; those that match a query
    besides.
    """
    rows: dict[str, list[PolicyVersion]] = {}
    for row in queries.visible_versions(user)[:2000]:
        rows.setdefault(row.policy, []).append(row)
    shown = [show_file(file, rows.get(name, ()), query=query, all_keys=False) for name, file in queries.policy_files().items()]
    return [one for one in shown if not query or one.values]


def show_file(file: PolicyFile[Any], rows: "Iterable[PolicyVersion]", *, query: str = "", all_keys: bool = True) -> ShownFile:
    """One file; of its values all, or only those that differ or whose key matches the query."""
    shipped, own = dict(leaves(file.content)), dict(leaves(queries.content_in_force(file)))
    values = []
    for path in [*shipped, *(path for path in own if path not in shipped)]:
        differs = not same(shipped.get(path), own.get(path))
        matches = bool(query) and query.lower() in f"{file.name}.{dotted(path)}".lower()
        if all_keys or matches or (differs and not query):
            told = _plain(own.get(path)) if differs else ""
            values.append(ShownValue(dotted(path), _plain(shipped.get(path)), told, differs))
    differing = sum(not same(shipped.get(path), own.get(path)) for path in {*shipped, *own})
    return ShownFile(
        name=file.name,
        capability=file.name.partition(".")[0],
        title=queries.title_of(file),
        regions=file.regions,
        trades=file.trades,
        keys=len(shipped),
        own_keys=differing,
        values=values,
        versions=show_versions(rows),
    )


def show_versions(rows: "Iterable[PolicyVersion]") -> list[ShownVersion]:
    """Versions with the state of each: of one scope the newest that has begun is on."""
    now = current_time()
    found = list(rows)
    newest: dict[tuple[str, ...], PolicyVersion] = {}
    for row in found:
        if row.effective_from is not None and row.effective_from <= now:
            known = newest.get((row.policy, *row.scope))
            if known is None or (known.effective_from or now, known.pk) < (row.effective_from, row.pk):
                newest[row.policy, *row.scope] = row
    return [show_version(row, on=newest.get((row.policy, *row.scope)) is row, now=now) for row in found]


def show_version(row: "PolicyVersion", *, on: bool, now: datetime) -> ShownVersion:
    """One version; `on`: it is the newest of its scope that has begun."""
    state = state_of(row, on=on, now=now)
    return ShownVersion(
        id=row.pk,
        policy=row.policy,
        key=row.key,
        version=row.version,
        region_code="" if row.region_code == EVERYWHERE else row.region_code,
        trade=row.trade,
        state=state,
        state_name=str(STATES[state]),
        source=row.source,
        confidence=row.confidence,
        reason=row.reason,
        whole=row.whole,
        withdrawn=row.withdrawn,
        made_at=row.made_at,
        made_by=str(row.made_by or ""),
        confirmed_by=str(row.confirmed_by or ""),
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        text=row.text,
        trial=row.trial,
    )


def state_of(row: "PolicyVersion", *, on: bool, now: datetime) -> str:
    """One of `STATES`."""
    if row.effective_from is None:
        if queries.is_declined(row, now):
            return "declined"
        return "draft" if row.tried_at is None else "tried"
    if row.effective_from > now:
        return "coming"
    return "on" if on and (row.effective_to is None or now < row.effective_to) else "replaced"


def _plain(value: Any) -> str:
    if value is None:
        return "–"
    return " ".join(write_toml({"value": value}).removeprefix("value = ").split())


def tell_waiting(row: "PolicyVersion") -> Waiting:
    """A draft that waits for a second person."""
    file = queries.policy_files().get(row.policy)
    about = " ".join(filter(None, [queries.title_of(file) if file else row.policy, row.key, row.version]))
    return Waiting(about, reverse("policy_version", args=[row.pk]), row.tried_at or row.made_at)


WAITING = (
    WaitingKind(
        "policy",
        pgettext_lazy("what waits", "Policy: confirm or decline"),
        ("policy.confirm",),
        found=queries.waiting_versions,
        tell=tell_waiting,
    ),
)
