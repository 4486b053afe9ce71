"""Meters from tables: each row adds a meter, puts one right or books a swap; every wrong row is told with its line."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, Refusal
from tocsin.base.sheets import read_foreign_table
from tocsin.base.tables import rows_below_headings
from tocsin.base.written_hours import read_moment
from tocsin.engine.work.firm import Role
from tocsin.supervision.meters.models import Meter
from tocsin.supervision.meters.queries import in_order, sensor_named
from tocsin.supervision.meters.rules import HEADINGS, NEEDED
from tocsin.supervision.meters.services import meters
from tocsin.supervision.meters.services.meters import Described, Hung
from tocsin.supervision.meters.shown import role_of_word
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.policy.register import register
from tocsin.supervision.objects.queries.register import visible_objects

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@dataclass(frozen=True)
class WrongRow:
    """A row that was not taken: its line in the file, what it was about, and how to mend it."""

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


type Line = tuple[int, dict[str, str]]


def read_meters(content: bytes, owner: object) -> list[Line]:
    """The rows of a CSV or an Excel file of `owner`; InvalidInput for what is no table, is too large or lacks a column."""
    limits = register().imports
    most = {"most_bytes": limits.most_bytes, "most_rows": limits.most_rows + 20}
    cells = read_foreign_table(content, owner=owner, **most)
    try:
        lines = rows_below_headings(cells, HEADINGS, NEEDED)
    except InvalidInput:
        raise InvalidInput(_("The first lines have no headings for the firm and the code of the meter.")) from None
    if len(lines) > limits.most_rows:
        raise InvalidInput(_("A file has at most %(most)s rows.") % {"most": limits.most_rows})
    return lines


@transaction.atomic
def enter_meters(*, actor: "User", lines: Sequence[Line], leave_wrong: bool = False, now: datetime) -> Entered:
    """Takes the rows over in one go; the same rows again change nothing. With wrong rows nothing is taken, unless the right ones
    shall be. An empty cell never erases what is known.
    """
    result = Entered()
    for line, cells in lines:
        try:
            with transaction.atomic():
                done = _enter(actor, cells, now)
        except Refusal as refusal:
            about = " ".join(part for part in (cells.get("firm", ""), cells.get("code", "")) if part)
            result.wrong.append(WrongRow(line, about[:120], str(refusal)))
            continue
        setattr(result, done, getattr(result, done) + 1)
    if result.wrong and not leave_wrong:
        transaction.set_rollback(True)
        return Entered(wrong=result.wrong)
    return result


def _enter(actor: "User", cells: dict[str, str], now: datetime) -> str:
    firm = _firm(actor, cells.get("firm", "").strip())
    code = cells.get("code", "").strip()
    since = _moment(cells.get("since", ""))
    meter = Meter.objects.filter(code=code).select_related("protects", "object").first()
    if meter is None:
        hung = _hung(actor, cells, Hung())
        described = _described(cells, Described(role=""))
        meters.add_meter(actor=actor, object_id=firm.pk, code=code, described=described, hung=hung, since=since, now=now)
        return "new"
    if meter.object_id != firm.pk:
        raise InvalidInput(_("Meter %(code)s is registered with another firm.") % {"code": code})
    protects = meter.protects.code if meter.protects is not None else ""
    known = Described(meter.role, meter.name, meter.rated_kw, protects)
    described = _described(cells, known)
    period = in_order(meter.periods.filter(withdrawn_at__isnull=True)).last()
    hanging = Hung(period.sensor_id, period.serial, period.multiplier, period.included) if period is not None else Hung()
    hung = _hung(actor, cells, hanging)
    if described != known:
        meters.change_meter(actor=actor, meter_id=meter.pk, described=described)
    if hung != hanging:
        if since is None:
            raise InvalidInput(_("Another device or multiplier than is known: say since when."))
        meters.swap_meter(actor=actor, meter_id=meter.pk, hung=hung, at=since, now=now)
    return "same" if (described, hung) == (known, hanging) else "changed"


def _firm(actor: "User", text: str) -> SupervisedObject:
    if not text:
        raise InvalidInput(_("Name the firm by its information code or credit code."))
    found = visible_objects(actor).filter(Q(code=text) | Q(credit_code=text), active=True, merged_into__isnull=True)
    rows = list(found[:2])
    if not rows:
        raise InvalidInput(_("There is no firm “%(firm)s” that you may see.") % {"firm": text[:80]})
    if len(rows) > 1:
        raise InvalidInput(_("Several sites have the credit code %(firm)s: give the information code.") % {"firm": text[:80]})
    return rows[0]


def _described(cells: dict[str, str], known: Described) -> Described:
    role = cells.get("role", "").strip()
    if not role and not known.role:
        words = ", ".join(Role)
        raise InvalidInput(_("Say what the meter measures: %(known)s.") % {"known": words})
    rated = _number(cells.get("rated_kw", ""), _("rated power"))
    return Described(
        role=(role_of_word(role) or role) if role else known.role,
        name=cells.get("name", "").strip() or known.name,
        rated_kw=known.rated_kw if rated is None else rated,
        protects=cells.get("protects", "").strip() or known.protects,
    )


def _hung(actor: "User", cells: dict[str, str], known: Hung) -> Hung:
    multiplier = _number(cells.get("multiplier", ""), _("multiplier"))
    included = _number(cells.get("included", ""), _("multiplier in the readings"))
    sensor = sensor_named(actor, cells.get("sensor", ""))
    return Hung(
        sensor_id=sensor or known.sensor_id,
        serial=cells.get("serial", "").strip() or known.serial,
        multiplier=known.multiplier if multiplier is None else multiplier,
        included=known.included if included is None else included,
    )


def _number(text: str, name: str) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        value = 0.0
    if not 0.0 < value < 1e9:
        raise InvalidInput(_("“%(text)s” is no %(name)s: write a number above 0.") % {"text": text[:40], "name": name})
    return value


def _moment(text: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        return read_moment(text, timezone.get_default_timezone())
    except ValueError:
        raise InvalidInput(_("“%(given)s” is no moment: write 2026-11-25 08:00.") % {"given": text[:40]}) from None
