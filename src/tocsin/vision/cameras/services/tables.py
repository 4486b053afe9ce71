"""Cameras from tables: how a row is judged, written and undone. A camera is known by its code of GB/T 28181; an empty cell never
erases what is known.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.bus.bulk import insert_all, save_all
from tocsin.jurisdiction.face import all_regions, may, visible_organisations
from tocsin.records.face import difference, kept_of, record_audits, undo_plain
from tocsin.records.imports.rules import CellChange, CellProblem, ImportKind, ImportVerdict, Row, Written
from tocsin.sensing.face import visible_devices
from tocsin.supervision.face import visible_objects
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.policy import camera_policy, code_rule
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.cameras.rules import rights
from tocsin.vision.cameras.rules.codes import read_code, stands_in
from tocsin.vision.cameras.rules.tables import ENGLISH_EXAMPLE, EXAMPLE, HEADINGS, NEEDED
from tocsin.vision.cameras.services.register import CameraFacts, columns_of, problems_of

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

KIND: Final = "cameras"
NUMBERS: Final = ("lon", "lat", "bearing_deg", "view_deg")
AT_ONCE: Final = 300  # words of one query
_COLUMN_OF: Final = {"object_id": "firm", "organisation_id": "owner", "recogniser_id": "device_code"}
_LABEL_OF: Final = {"object_id": "object", "organisation_id": "organisation", "recogniser_id": "recogniser"}


@dataclass
class _Found:
    code: str
    values: dict[str, object]
    before: Camera | None
    changed: dict[str, list[Any]] = field(default_factory=dict)


@dataclass
class _Judge:
    """What the rows are compared with, read once for all of them."""

    actor: "User"
    region_code: str
    known: Mapping[str, Camera]
    seen: frozenset[UUID]
    regions: frozenset[str]
    objects: Mapping[str, set[UUID]]
    owners: Mapping[str, set[UUID]]
    devices: Mapping[str, set[UUID]]
    lines: dict[str, int] = field(default_factory=dict)

    def judge(self, row: Row) -> None:
        """The row with what it would write, or with all that is wrong."""
        code = self._code(row)
        before = self.known.get(code)
        if before is not None and not (before.pk in self.seen and may(self.actor, rights.MANAGE, before.region_code)):
            text = _("Camera %(code)s is registered already%(where)s.") % {"code": code, "where": ""}
            row.problems.append(CellProblem("code", text))
            return
        told: dict[str, Any] = {name: getattr(before, name) if before else None for name in (*NUMBERS, *_COLUMN_OF)}
        for column in NUMBERS:
            self._read_number(row, column, told)
        for name, ids, none, twice in (
            (
                "object_id",
                self.objects,
                _("There is no supervised object “%(given)s” that you may see."),
                _("Two supervised objects are called “%(given)s”: write the code."),
            ),
            (
                "organisation_id",
                self.owners,
                _("There is no organisation “%(given)s” that you may see."),
                _("Two organisations are called “%(given)s”."),
            ),
            ("recogniser_id", self.devices, _("There is no device “%(given)s” that you may see."), ""),
        ):
            if text := row.cells.get(_COLUMN_OF[name], ""):
                found = ids.get(text, set())
                if len(found) == 1:
                    told[name] = next(iter(found))
                else:
                    words = (twice if found else none) % {"given": text[:60]}
                    row.problems.append(CellProblem(_COLUMN_OF[name], words))
        recogniser = told.pop("recogniser_id")
        facts = CameraFacts(
            name=row.cells.get("name", before.name if before else ""),
            region_code=row.cells.get("region_code", before.region_code if before else self._region(code)),
            place=row.cells.get("place", before.place if before else ""),
            **told,
        )
        if code:
            row.problems += [CellProblem(*one) for one in problems_of(code, facts, self.regions)]
            if not row.problems and not may(self.actor, rights.MANAGE, facts.region_code):
                text = _("You keep no cameras in region %(region)s.") % {"region": facts.region_code}
                row.problems.append(CellProblem("region_code", text))
        if facts.lon is not None and facts.lat is not None:
            row.place = facts.lon, facts.lat
        if not row.problems:
            self._compare(row, _Found(code, columns_of(facts) | {"recogniser_id": recogniser}, before))

    def _code(self, row: Row) -> str:
        try:
            code = read_code(row.cells.get("code", "").removeprefix("'"), code_rule())
        except InvalidInput as error:
            row.problems.append(CellProblem("code", str(error)))
            return ""
        if code in self.lines:
            row.problems.append(CellProblem("code", _("Line %(line)s has the same code.") % {"line": self.lines[code]}))
        self.lines.setdefault(code, row.line)
        return code

    def _region(self, code: str) -> str:
        """Where a camera is whose row names no region: as its code says, else where the file is given for."""
        if code[:6] in self.regions or not self.region_code:
            return code[:6]
        return self.region_code if stands_in(code, self.region_code) else code[:6]

    def _read_number(self, row: Row, column: str, told: dict[str, Any]) -> None:
        if text := row.cells.get(column, "").removeprefix("'"):
            try:
                number = float(text)
            except ValueError:
                number = math.nan
            if math.isfinite(number):
                told[column] = number
            else:
                row.problems.append(CellProblem(column, _("This can't be read: %(text)s") % {"text": text[:40]}))

    def _compare(self, row: Row, found: _Found) -> None:
        row.found = found
        if found.before is None:
            row.verdict = ImportVerdict.NEW
            return
        found.changed = difference(found.before, found.values)
        row.changes = [
            CellChange(column, _as_text(found.before, name, before), row.cells.get(column, ""))
            for name, (before, _after) in found.changed.items()
            for column in (_COLUMN_OF.get(name, name),)
        ]
        row.verdict = ImportVerdict.CHANGED if found.changed else ImportVerdict.SAME


def judge_cameras(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> None:
    """Against the register as it is now. Some queries for every 300 cameras."""
    told = {column: {row.cells[column] for row in rows if column in row.cells} for column in ("firm", "owner", "device_code")}
    codes = {code for row in rows if (code := _plain_code(row))}
    known, seen = dict[str, Camera](), set[UUID]()
    for part in batched(sorted(codes), AT_ONCE):
        some = Camera.objects.filter(code__in=part).select_related("object", "organisation", "recogniser")
        known |= {one.code: one for one in some}
        seen |= set(visible_cameras(actor).filter(code__in=part).values_list("pk", flat=True))
    judge = _Judge(
        actor=actor,
        region_code=region_code,
        known=known,
        seen=frozenset(seen),
        regions=frozenset(all_regions().values_list("code", flat=True)),
        objects=_named(visible_objects(actor), told["firm"], ("code", "name", "credit_code")),
        owners=_named(visible_organisations(actor), told["owner"], ("code", "name_zh", "name_en")),
        devices=_named(visible_devices(actor), told["device_code"], ("code",)),
    )
    for row in rows:
        row.name = " ".join(filter(None, (row.cells.get("code", ""), row.cells.get("name", ""))))[:120]
        judge.judge(row)


def write_cameras(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> list[Written]:
    """New cameras and changed ones, each with its entry in the audit trail."""
    new, changed = list[Camera](), list[tuple[Camera, dict[str, list[Any]]]]()
    written = []
    for row in rows:
        found: _Found = row.found
        if found.before is None:
            made = Camera(code=found.code, registered_at=now, registered_by=actor, **found.values)
            new.append(made)
            written.append(Written(made.pk, {"new": True, "fields": kept_of(made, names=(*found.values, "zones"))}))
            continue
        for name in found.changed:
            setattr(found.before, name, found.values[name])
        changed.append((found.before, found.changed))
        written.append(Written(found.before.pk, {"new": False, "fields": found.changed}))
    insert_all(new)
    for name in {name for _camera, fields in changed for name in fields}:
        save_all([camera for camera, fields in changed if name in fields], name)
    record_audits(actor, "camera.registered", "camera", [_noted(one) for one in new])
    told = [(camera, {"fields": sorted(set(fields) - {"recogniser_id"})}) for camera, fields in changed]
    record_audits(actor, "camera.changed", "camera", [_noted(one, **fields) for one, fields in told if fields["fields"]])
    heard = [one for one in new if one.recogniser_id] + [one for one, fields in changed if "recogniser_id" in fields]
    record_audits(actor, "camera.recogniser_set", "camera", [_noted(one) for one in heard])
    return written


def undo_cameras(*, actor: "User", region_code: str, written: Sequence[Written], written_at: datetime, now: datetime) -> None:
    """New cameras go, changed ones hold again what they held. Conflict where one was changed since, has zones or is in use: a
    source of pictures, a reference, a sighting.
    """
    gone, restored = undo_plain(Camera, written)
    if other := next((one for one in (*gone, *restored) if not may(actor, rights.MANAGE, one.region_code)), None):
        raise Conflict(_("You keep no cameras in region %(region)s.") % {"region": other.region_code})
    record_audits(actor, "camera.undone", "camera", [_noted(one) for one in gone])
    record_audits(actor, "camera.restored", "camera", [_noted(one) for one in restored])


CAMERAS: Final = ImportKind(
    name=KIND,
    title=pgettext_lazy("rows of a table", "Cameras"),
    permission=rights.MANAGE,
    headings=lambda: HEADINGS,
    needed=NEEDED,
    example=EXAMPLE,
    english_example=ENGLISH_EXAMPLE,
    page="cameras",
    judge=judge_cameras,
    write=write_cameras,
    undo=undo_cameras,
    place=("lon", "lat"),
    limits=lambda: camera_policy().table,
)


def _plain_code(row: Row) -> str:
    """The code of the row; "" where it is none."""
    try:
        return read_code(row.cells.get("code", "").removeprefix("'"), code_rule())
    except InvalidInput:
        return ""


def _named(rows: "QuerySet[Any]", words: Iterable[str], columns: Sequence[str]) -> dict[str, set[UUID]]:
    """By each word the ids of the rows of which a column is it."""
    found: dict[str, set[UUID]] = {}
    for part in batched(sorted(words), AT_ONCE):
        any_of = Q(pk__in=())
        for column in columns:
            any_of |= Q(**{f"{column}__in": part})
        for pk, *told in rows.filter(any_of).values_list("pk", *columns):
            for word in told:
                found.setdefault(word, set()).add(pk)
    return found


def _as_text(camera: Camera, name: str, value: object) -> str:
    if name in _LABEL_OF:
        return str(getattr(camera, _LABEL_OF[name]) or "")
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _noted(camera: Camera, **details: object) -> tuple[UUID, str, dict[str, object]]:
    return camera.pk, camera.region_code, {"code": camera.code, "name": camera.name, **details}
