"""Words of edits and corrections, and the values of an object as readers know them."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext_lazy, pgettext_lazy
from ninja import Schema

from tocsin.jurisdiction.face import may
from tocsin.lifelines.models import KIND_NAMES, AssetChange, NetworkCorrection
from tocsin.lifelines.rules.edits import CorrectionKind, CorrectionState, EditAct, differences

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from tocsin.jurisdiction.face import Person, User

ACT_NAMES: "Final[dict[EditAct, Promise]]" = {
    EditAct.CREATED: pgettext_lazy("edit of a network", "entered"),
    EditAct.CHANGED: pgettext_lazy("edit of a network", "changed"),
    EditAct.MOVED: pgettext_lazy("edit of a network", "moved"),
    EditAct.SPLIT: pgettext_lazy("edit of a network", "split"),
    EditAct.JOINED: pgettext_lazy("edit of a network", "joined"),
    EditAct.REMOVED: pgettext_lazy("edit of a network", "removed"),
    EditAct.TAKEN_BACK: pgettext_lazy("edit of a network", "an edit taken back"),
}
CORRECTION_NAMES: "Final[dict[CorrectionKind, Promise]]" = {
    CorrectionKind.STATE: pgettext_lazy("correction", "Stuck or broken"),
    CorrectionKind.PLACE: pgettext_lazy("correction", "Lies elsewhere"),
    CorrectionKind.FACTS: pgettext_lazy("correction", "Other facts"),
    CorrectionKind.GONE: pgettext_lazy("correction", "Is not there"),
    CorrectionKind.MISSING: pgettext_lazy("correction", "Is missing in the register"),
}
STATE_NAMES: "Final[dict[CorrectionState, Promise]]" = {
    CorrectionState.OPEN: pgettext_lazy("state of a correction", "open"),
    CorrectionState.ACCEPTED: pgettext_lazy("state of a correction", "accepted"),
    CorrectionState.REFUSED: pgettext_lazy("state of a correction", "refused"),
}
FIELD_NAMES: "Final[dict[str, Promise]]" = {
    "kind": gettext_lazy("Kind"),
    "owner_code": gettext_lazy("Owner unit"),
    "name": gettext_lazy("Name"),
    "geometry": gettext_lazy("Place"),
    "from_code": gettext_lazy("Begins at"),
    "to_code": gettext_lazy("Ends at"),
    "depth_m": gettext_lazy("Depth, m"),
    "installed": gettext_lazy("Year of installation"),
    "diameter_mm": gettext_lazy("Diameter, mm"),
    "material": gettext_lazy("Material"),
    "nominal_pressure_kpa": gettext_lazy("Nominal pressure, kPa"),
    "ground_elevation_m": gettext_lazy("Ground elevation, m"),
    "street": gettext_lazy("Street"),
    "utility": gettext_lazy("Utility"),
    "use": gettext_lazy("Use"),
    "buried": gettext_lazy("Buried"),
    "properties": gettext_lazy("Other values"),
}


class ValueChange(Schema):
    """One value of an object before and after; empty where there was none."""

    name: str
    words: str
    before: str
    after: str


class AssetChangeOut(Schema):
    """What one edit did with one object."""

    id: UUID
    edit: UUID
    region_code: str
    asset_id: UUID
    asset_code: str
    act: str
    act_name: str
    values: list[ValueChange]
    reason: str
    made_by: str
    made_at: datetime
    taken_back: UUID | None


class CorrectionOut(Schema):
    """What somebody on site says, and what the owner answered."""

    id: UUID
    region_code: str
    asset_id: UUID | None
    asset_code: str
    owner: str
    kind: str
    kind_name: str
    text: str
    lon: float | None
    lat: float | None
    made_by: str
    made_at: datetime
    state: str
    state_name: str
    answer: str
    answered_by: str
    answered_at: datetime | None
    edit: UUID | None


def describe_change(one: AssetChange, reader: "Person") -> AssetChangeOut:
    """A change with its values in words, for that reader."""
    changed = differences(one.before, one.after)
    return AssetChangeOut(
        id=one.pk,
        edit=one.edit,
        region_code=one.region_code,
        asset_id=one.asset_id,
        asset_code=one.asset_code,
        act=one.act,
        act_name=str(ACT_NAMES[EditAct(one.act)]),
        values=[
            ValueChange(name=name, words=str(FIELD_NAMES.get(name, name)), before=_told(name, old), after=_told(name, new))
            for name, (old, new) in changed.items()
            if _told(name, old) or _told(name, new)
        ],
        reason=one.reason,
        made_by=_who(one.made_by, one.region_code, reader),
        made_at=one.made_at,
        taken_back=one.taken_back,
    )


def describe_correction(one: NetworkCorrection, reader: "Person") -> CorrectionOut:
    """A proposed correction in words, for that reader."""
    return CorrectionOut(
        id=one.pk,
        region_code=one.region_code,
        asset_id=one.asset_id,
        asset_code=one.asset_code,
        owner=str(one.owner) if one.owner else "",
        kind=one.kind,
        kind_name=correction_name(one.kind),
        text=one.text,
        lon=one.lon,
        lat=one.lat,
        made_by=_who(one.made_by, one.region_code, reader),
        made_at=one.made_at,
        state=one.state,
        state_name=str(STATE_NAMES[CorrectionState(one.state)]),
        answer=one.answer,
        answered_by=_who(one.answered_by, one.region_code, reader) if one.answered_by else "",
        answered_at=one.answered_at,
        edit=one.edit,
    )


def correction_name(kind: str) -> str:
    """A kind of correction in the reader's language."""
    return str(CORRECTION_NAMES[CorrectionKind(kind)])


def _who(person: "User", region_code: str, reader: "Person") -> str:
    """The person for who watches the area and for oneself; to other bodies' people the body stands for its people."""
    if person.pk == reader.pk or may(reader, "alarms.see", region_code):
        return str(person)
    return str(person.organisation) if person.organisation else "–"


def _told(name: str, value: object) -> str:
    if value is None or value == "":
        return ""
    if name == "kind":
        return str(KIND_NAMES.get(str(value), value))
    if name == "geometry" and isinstance(value, Mapping):
        places = value["coordinates"] if value["type"] != "Point" else [value["coordinates"]]
        return " ".join(f"{lon:.6f},{lat:.6f}" for lon, lat in places)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {one}" for key, one in sorted(value.items()))
    return str(value)
