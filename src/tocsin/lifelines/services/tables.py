"""Objects of networks from tables and map files: how a row is judged, written and undone.

A row is known by its code within the region. A table has one row an object; a line without a geometry of its own runs straight
between its ends, which stand in the file or in the network. An empty cell never erases what is known.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import batched
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.base.errors import Conflict
from tocsin.bus.bulk import insert_all, save_all
from tocsin.engine.features import LINE_KINDS, POINT_KINDS, middle
from tocsin.jurisdiction.face import organisation_by_code, visible_organisations
from tocsin.lifelines.models import KIND_NAMES, Asset, NetworkVersion
from tocsin.lifelines.rules import tables as rules
from tocsin.records.face import builds_on, map_file_features, record_audit
from tocsin.records.imports.rules import CellChange, CellProblem, ImportKind, ImportVerdict, Row, UsualLimits, Written

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation, User

LANGUAGES: Final = ("zh-hans", "en")
AT_ONCE: Final = 500  # codes of one query
EXAMPLE: Final = {
    "code": "示例-W7",
    "kind": "窨井",
    "name": "示例：石牛山路 7 号井",
    "lon": "120.4321",
    "lat": "36.1654",
    "owner": "drainage_bureau",
    "street": "石牛山路",
    "depth_m": "2.4",
    "utility": "sewer",
}
ENGLISH_EXAMPLE: Final = {"code": "EXAMPLE-W7", "kind": "manhole", "name": "Example: well 7", "street": "Shiniushan Road"}
_FIELD_OF: Final = {"from_node": "from_code", "to_node": "to_code"}
_COLUMN_OF: Final = {"from_code": "from_node", "to_code": "to_node", "owner_code": "owner", "geometry": "lon"}
_WRITTEN: Final = tuple(one.name for one in Asset._meta.concrete_fields if one.name not in ("id", "region_code", "code"))
_TOLD: Final = tuple(name for name in _WRITTEN if name not in ("lon", "lat", "owner", "changed_at", "properties"))


@dataclass
class _Found:
    asset: Asset
    before: dict[str, object] | None


@dataclass
class _Judge:
    """What the rows of one file are compared with, read once for all of them."""

    actor: "User"
    region_code: str
    known: Mapping[str, Asset]
    kinds: Mapping[str, str]
    now: datetime
    by_code: dict[str, Row] = field(default_factory=dict)
    owners: dict[str, "Organisation | None"] = field(default_factory=dict)

    def judge(self, row: Row) -> None:
        """The row with what it would write, or with all that is wrong."""
        code = row.cells.get("code", "")
        before = self.known.get(code)
        asset = _copy_of(before) if before else Asset(code=code, region_code=self.region_code)
        self._read_texts(row, asset)
        self._read_numbers(row, asset)
        self._read_kind(row, asset)
        if asset.kind:
            self._read_place(row, asset)
        else:
            unread = [one for one in ("lon", "lat") if (text := row.cells.get(one, "")) and _number(text) is None]
            row.problems += [CellProblem(one, _unread(row.cells[one])) for one in unread]
        if row.problems or not code or not asset.kind:
            return
        row.place = asset.lon, asset.lat
        self._compare(row, asset, before)

    def _read_texts(self, row: Row, asset: Asset) -> None:
        for column, most in rules.TEXTS.items():
            text = row.cells.get(column, "")
            if len(text) > most:
                row.problems.append(CellProblem(column, _("At most %(most)s characters.") % {"most": most}))
            elif text and column in rules.IN_PROPERTIES:
                asset.properties = {**asset.properties, column: text}
            elif text and column == "owner":
                owner = self._owner(text)
                asset.owner, asset.owner_code = owner, owner.code if owner else text
            elif text:
                setattr(asset, _FIELD_OF.get(column, column), text)

    def _read_numbers(self, row: Row, asset: Asset) -> None:
        for column in rules.NUMBERS:
            if text := row.cells.get(column, ""):
                number = _number(text)
                if number is None:
                    row.problems.append(CellProblem(column, _unread(text)))
                else:
                    setattr(asset, column, number)
        if text := row.cells.get("installed", ""):
            year = _number(text)
            if year is None or int(year) not in rules.YEARS:
                row.problems.append(CellProblem("installed", _("“%(text)s” is no year, such as 2008.") % {"text": text[:40]}))
            else:
                asset.installed = int(year)
        for column in ("buried", "operable"):
            if text := row.cells.get(column, "").lower():
                if text not in (*rules.YES, *rules.NO):
                    row.problems.append(CellProblem(column, _("Write yes or no, not “%(text)s”.") % {"text": text[:40]}))
                elif column == "buried":
                    asset.buried = text in rules.YES
                else:
                    asset.properties = {**asset.properties, column: text in rules.YES}
        if text := row.cells.get("last_checked", ""):
            try:
                day = date.fromisoformat(text.replace("/", "-").replace(".", "-")[:10])
                asset.properties = {**asset.properties, "last_checked": day.isoformat()}
            except ValueError:
                row.problems.append(CellProblem("last_checked", _unread(text)))

    def _read_kind(self, row: Row, asset: Asset) -> None:
        if text := row.cells.get("kind", ""):
            kind = self.kinds.get(text.lower(), "")
            if not kind:
                known = ", ".join(str(KIND_NAMES[one]) for one in (*POINT_KINDS, *LINE_KINDS))
                row.problems.append(CellProblem("kind", _("Not known; known are: %(known)s") % {"known": known}))
            elif asset.kind and rules.is_line(kind) != rules.is_line(asset.kind):
                row.problems.append(CellProblem("kind", _("A point can't become a line, nor a line a point: use a new code.")))
            else:
                asset.kind = kind

    def _read_place(self, row: Row, asset: Asset) -> None:
        if rules.is_line(asset.kind):
            self._read_line(row, asset)
            return
        lon, lat = (_number(row.cells.get(name, "")) for name in ("lon", "lat"))
        given = [name for name in ("lon", "lat") if row.cells.get(name)]
        if row.shape is not None:
            corners = rules.read_shape(row.shape, asset.kind)
            if corners is None:
                row.problems.append(CellProblem("lon", _("The geometry is no point of longitude and latitude in degrees.")))
                return
            _put(asset, corners)
        elif given:
            lacking = [name for name in ("lon", "lat") if not row.cells.get(name)]
            row.problems += [CellProblem(name, _("This cell must not be empty.")) for name in lacking]
            unread = [name for name, value in (("lon", lon), ("lat", lat)) if name in given and value is None]
            row.problems += [CellProblem(name, _unread(row.cells[name])) for name in unread]
            if lon is None or lat is None:
                return
            if not rules.on_earth((lon, lat)):
                row.problems.append(CellProblem("lon", _("This is no longitude and latitude in degrees.")))
                return
            _put(asset, ((lon, lat),))
        elif not asset.geometry:
            row.problems += [CellProblem(name, _("This cell must not be empty.")) for name in ("lon", "lat")]

    def _read_line(self, row: Row, asset: Asset) -> None:
        for column in ("from_node", "to_node"):
            end = row.cells.get(column, "")
            if end and end not in self.by_code and end not in self.known:
                text = _("There is no object %(code)s, neither in this file nor in the network.")
                row.problems.append(CellProblem(column, text % {"code": end[:60]}))
            elif end and end not in self.known and self.by_code[end].problems:
                text = _("The row of this end, line %(line)s, is wrong: mend it first.")
                row.problems.append(CellProblem(column, text % {"line": self.by_code[end].where}))
        if row.shape is not None:
            corners = rules.read_shape(row.shape, asset.kind)
            if corners is None:
                text = _("The geometry is no line of two or more places in degrees. Send lines of several parts part by part.")
                row.problems.append(CellProblem("lon", text))
                return
            _put(asset, corners)
        elif not asset.geometry or {"from_node", "to_node"} & row.cells.keys():
            self._between_ends(row, asset)

    def _between_ends(self, row: Row, asset: Asset) -> None:
        lacking = [name for name, end in (("from_node", asset.from_code), ("to_node", asset.to_code)) if not end]
        text = _("A line without a geometry needs both its ends.")
        row.problems += [CellProblem(name, text) for name in lacking]
        if row.problems:
            return
        places = [self._place_of(end) for end in (asset.from_code, asset.to_code)]
        wrong = [name for name, place in zip(("from_node", "to_node"), places, strict=True) if place is None]
        text = _("This end has no place: mend its row first.")
        row.problems += [CellProblem(name, text) for name in wrong]
        if not wrong:
            _put(asset, tuple(place for place in places if place is not None))

    def _place_of(self, code: str) -> rules.Place | None:
        told, known = self.by_code.get(code), self.known.get(code)
        if told is not None:
            return told.place
        return None if known is None else (known.lon, known.lat)

    def _owner(self, text: str) -> "Organisation | None":
        if text not in self.owners:
            named = visible_organisations(self.actor).filter(Q(name_zh=text) | Q(name_en__iexact=text))[:2]
            self.owners[text] = organisation_by_code(text, self.region_code) or (named[0] if len(named) == 1 else None)
        return self.owners[text]

    def _compare(self, row: Row, asset: Asset, before: Asset | None) -> None:
        asset.changed_at = self.now
        if before is None:
            row.verdict, row.found = ImportVerdict.NEW, _Found(asset, None)
            return
        names = [one for one in _TOLD if getattr(before, one) != getattr(asset, one)]
        row.changes = [_change(one, getattr(before, one), getattr(asset, one)) for one in names]
        if before.owner_id != asset.owner_id and "owner_code" not in names:
            row.changes.append(CellChange("owner", before.owner_code, str(asset.owner or "")))
        row.changes += [
            CellChange(one, _as_text(before.properties.get(one)), _as_text(asset.properties.get(one)))
            for one in rules.IN_PROPERTIES
            if before.properties.get(one) != asset.properties.get(one)
        ]
        row.found = _Found(asset, _kept(before))
        row.verdict = ImportVerdict.CHANGED if row.changes else ImportVerdict.SAME


def judge_assets(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> None:
    """Against the network as it is now: points first, so that each line finds its ends. A query for every 500 codes."""
    ends = ("code", "from_node", "to_node")
    codes = {row.cells[name] for row in rows for name in ends if name in row.cells}
    known = _known(region_code, codes)
    known |= _known(region_code, {end for one in known.values() for end in (one.from_code, one.to_code) if end not in known})
    judge = _Judge(actor, region_code, known, kind_words(), now)
    for row in rows:
        code = row.cells.get("code", "")
        row.name = " ".join(filter(None, (code, row.cells.get("name", ""))))
        if code in judge.by_code:
            row.problems.append(CellProblem("code", _("Line %(line)s has the same code.") % {"line": judge.by_code[code].where}))
        elif code:
            judge.by_code[code] = row
    for row in sorted(rows, key=lambda row: rules.is_line(judge.kinds.get(row.cells.get("kind", "").lower(), ""))):
        judge.judge(row)


def write_assets(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> list[Written]:
    """New objects and changed ones. Conflict while a network of the region is being loaded by command."""
    if NetworkVersion.objects.filter(region_code=region_code, importing_until__gt=timezone.now()).exists():
        raise Conflict(_("Another import of the network of %(region)s is running.") % {"region": region_code})
    for row in rows:
        row.found.asset.changed_at = now
    insert_all(row.found.asset for row in rows if row.verdict is ImportVerdict.NEW)
    save_all([row.found.asset for row in rows if row.verdict is ImportVerdict.CHANGED], *_WRITTEN)
    return [Written(row.found.asset.pk, row.found.before) for row in rows]


def undo_assets(*, actor: "User", region_code: str, written: Sequence[Written], written_at: datetime, now: datetime) -> None:
    """New objects go, changed ones hold again what they held. Conflict where one was changed since, a line that stays ends at one
    that goes, or something else is registered at it: a sensor, an alarm, a finding.
    """
    assets: dict[UUID, Asset] = {}
    for part in batched((one.id for one in written), AT_ONCE):
        assets |= Asset.objects.select_for_update().in_bulk(part)
    if later := next((one for one in assets.values() if one.changed_at != written_at), None):
        raise Conflict(_("%(name)s was changed since: it can't be undone.") % {"name": later.code})
    gone = {one.id: assets[one.id].code for one in written if one.before is None and one.id in assets}
    for codes in batched(gone.values(), AT_ONCE):
        at_them = Asset.objects.filter(Q(from_code__in=codes) | Q(to_code__in=codes), region_code=region_code)
        if line := next((one for one in at_them if one.pk not in gone), None):
            raise Conflict(_("Line %(name)s ends at an object of this file: it can't be undone.") % {"name": line.code})
    if (used := builds_on(Asset, list(gone))) is not None:
        text = _("Sensors, alarms or findings are at %(name)s: it can't be undone.")
        raise Conflict(text % {"name": gone[used]})
    for part in batched(gone, AT_ONCE):
        Asset.objects.filter(pk__in=part).delete()
    restored = [(assets[one.id], one.before) for one in written if one.before is not None and one.id in assets]
    for asset, before in restored:
        for name, value in before.items():
            setattr(asset, name, datetime.fromisoformat(value) if name == "changed_at" and value else value)
    save_all([asset for asset, _before in restored], *_WRITTEN)


@transaction.atomic
def finish_network(*, actor: "User", region_code: str, rows: int, now: datetime) -> None:
    """Every process reads the network of the region anew."""
    if not rows:
        return
    NetworkVersion.objects.get_or_create(region_code=region_code, defaults={"changed_at": now})
    NetworkVersion.objects.filter(region_code=region_code).update(version=F("version") + 1, changed_at=now)
    record_audit(actor, "network.imported", "network", region_code, region_code, {"loaded": rows})


def kind_words() -> dict[str, str]:
    """Kinds by all that they are called, in small letters."""
    words = {name: name for name in KIND_NAMES} | rules.KIND_WORDS
    for language in LANGUAGES:
        with translation.override(language):
            words |= {str(name).lower(): kind for kind, name in KIND_NAMES.items()}
    return words


def lines_last(row: Row) -> int:
    """Points are written before lines, so that at every moment each line has its ends."""
    return int(rules.is_line(row.found.asset.kind))


NETWORK_OBJECTS: Final = ImportKind(
    name="network-objects",
    title=pgettext_lazy("rows of a table", "Objects of networks"),
    permission="assets.manage",
    headings=rules.headings,
    needed=rules.NEEDED,
    example=EXAMPLE,
    english_example=ENGLISH_EXAMPLE,
    page="assets",
    judge=judge_assets,
    write=write_assets,
    undo=undo_assets,
    order=lines_last,
    finish=finish_network,
    place=("lon", "lat"),
    features=map_file_features,
    suffixes=(".xlsx", ".csv", ".txt", ".geojson", ".json", ".gpkg", ".zip", ".kml", ".gml"),
    limits=lambda: UsualLimits(most_bytes=40_000_000, most_rows=20_000),
)


def _known(region_code: str, codes: Iterable[str]) -> dict[str, Asset]:
    found: dict[str, Asset] = {}
    for part in batched(sorted(codes), AT_ONCE):
        found |= {one.code: one for one in Asset.objects.filter(region_code=region_code, code__in=part)}
    return found


def _copy_of(asset: Asset) -> Asset:
    made = Asset(**{one.attname: getattr(asset, one.attname) for one in Asset._meta.concrete_fields})
    made._state.adding, made._state.db = False, asset._state.db
    return made


def _kept(asset: Asset) -> dict[str, object]:
    told: dict[str, object] = {}
    for one in _WRITTEN:
        name = Asset._meta.get_field(one).attname  # type: ignore[union-attr]  # a concrete field
        value = getattr(asset, name)
        told[name] = value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, UUID) else value
    return told


def _put(asset: Asset, corners: Sequence[rules.Place]) -> None:
    is_line = len(corners) > 1
    asset.geometry = (
        {"type": "LineString", "coordinates": [list(one) for one in corners]}
        if is_line
        else {"type": "Point", "coordinates": list(corners[0])}
    )
    asset.lon, asset.lat = middle(corners)


def _change(name: str, before: object, after: object) -> CellChange:
    return CellChange(_COLUMN_OF.get(name, name), _as_text(before), _as_text(after))


def _as_text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return _("yes") if value else _("no")
        case float():
            return f"{value:g}"
        case {"type": "Point", "coordinates": [lon, lat]}:
            return f"{lon}, {lat}"
        case {"coordinates": corners}:
            return _("line of %(count)s corners") % {"count": len(corners)}
        case _:
            return str(value)[:300]


def _number(text: str) -> float | None:
    try:
        value = float(text.strip().removeprefix("'").replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None


def _unread(text: str) -> str:
    return _("This can't be read: %(text)s") % {"text": text[:60]}
