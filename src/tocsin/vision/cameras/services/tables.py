"""Cameras from tables: each row registers a camera or puts one right; every wrong row is told with its line."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, Refusal
from tocsin.base.sheets import read_foreign_table
from tocsin.base.tables import rows_below_headings
from tocsin.jurisdiction.face import visible_organisations
from tocsin.supervision.face import visible_objects
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.policy import camera_policy, code_rule
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.cameras.rules.codes import read_code
from tocsin.vision.cameras.rules.tables import HEADINGS, NEEDED
from tocsin.vision.cameras.services.recognisers import set_recogniser
from tocsin.vision.cameras.services.register import CameraFacts, change_camera, register_camera

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

type Line = tuple[int, dict[str, str]]


@dataclass(frozen=True)
class WrongRow:
    """A row that was not taken: its line in the file, the camera it was about, and how to mend it."""

    line: int
    about: str
    reason: str


@dataclass
class Entered:
    """How a table went in."""

    new: int = 0
    changed: int = 0
    same: int = 0
    wrong: list[WrongRow] = field(default_factory=list)


def read_cameras(content: bytes, owner: object) -> list[Line]:
    """The rows of a CSV or an Excel file of `owner`; InvalidInput for what is no table, is too large or lacks a column."""
    limits = camera_policy().table
    cells = read_foreign_table(content, owner=owner, most_bytes=limits.most_bytes, most_rows=limits.most_rows + 20)
    try:
        lines = rows_below_headings(cells, HEADINGS, NEEDED)
    except InvalidInput:
        raise InvalidInput(_("The first lines have no headings for the code and the name of the camera.")) from None
    if len(lines) > limits.most_rows:
        raise InvalidInput(_("A file has at most %(most)s rows.") % {"most": limits.most_rows})
    return lines


@transaction.atomic
def enter_cameras(*, actor: "User", lines: Sequence[Line], leave_wrong: bool = False, now: datetime) -> Entered:
    """Takes the rows over in one go; the same rows again change nothing. With wrong rows nothing is taken, unless the right ones
    shall be. An empty cell never erases what is known.
    """
    result = Entered()
    for line, cells in lines:
        try:
            with transaction.atomic():
                done = _enter(actor, cells, now)
        except Refusal as refusal:
            result.wrong.append(WrongRow(line, " ".join((cells.get("code", ""), cells.get("name", "")))[:120], str(refusal)))
            continue
        setattr(result, done, getattr(result, done) + 1)
    if result.wrong and not leave_wrong:
        transaction.set_rollback(True)
        return Entered(wrong=result.wrong)
    return result


def _enter(actor: "User", cells: dict[str, str], now: datetime) -> str:
    code = read_code(cells.get("code", "").removeprefix("'"), code_rule())
    known = visible_cameras(actor).filter(code=code).first()
    facts = CameraFacts(
        name=cells.get("name", "").strip() or (known.name if known else ""),
        region_code=cells.get("region_code", "").strip() or (known.region_code if known else code[:6]),
        object_id=_object(actor, cells.get("firm", "")) or (known.object_id if known else None),
        organisation_id=_owner(actor, cells.get("owner", "")) or (known.organisation_id if known else None),
        place=cells.get("place", "").strip() or (known.place if known else ""),
        **{name: _number(cells, name, known) for name in ("lon", "lat", "bearing_deg", "view_deg")},
    )
    device = cells.get("device_code", "").strip()
    if known is None:
        made = register_camera(actor=actor, code=code, facts=facts, now=now)
        if device:
            set_recogniser(actor=actor, camera_id=made.pk, device_code=device)
        return "new"
    same = all(getattr(known, name) == value for name, value in vars(facts).items())
    change_camera(actor=actor, camera_id=known.pk, facts=facts)
    if device and device != (known.recogniser.code if known.recogniser else ""):
        set_recogniser(actor=actor, camera_id=known.pk, device_code=device)
        same = False
    return "same" if same else "changed"


def _number(cells: dict[str, str], name: str, known: Camera | None) -> float | None:
    text = cells.get(name, "").strip().removeprefix("'")
    if not text:
        return getattr(known, name) if known else None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InvalidInput(_("%(column)s: “%(given)s” is no number.") % {"column": HEADINGS[name][0], "given": text[:40]})
    return number


def _object(actor: "User", text: str) -> UUID | None:
    text = text.strip()
    if not text:
        return None
    found = list(visible_objects(actor).filter(Q(code=text) | Q(name=text) | Q(credit_code=text))[:2])
    if len(found) == 1:
        return found[0].pk
    words = _("Two supervised objects are called “%(given)s”: write the code.") if found else ""
    raise InvalidInput((words or _("There is no supervised object “%(given)s” that you may see.")) % {"given": text[:60]})


def _owner(actor: "User", text: str) -> UUID | None:
    text = text.strip()
    if not text:
        return None
    found = list(visible_organisations(actor).filter(Q(code=text) | Q(name_zh=text) | Q(name_en=text))[:2])
    if len(found) == 1:
        return found[0].pk
    words = _("Two organisations are called “%(given)s”.") if found else ""
    raise InvalidInput((words or _("There is no organisation “%(given)s” that you may see.")) % {"given": text[:60]})
