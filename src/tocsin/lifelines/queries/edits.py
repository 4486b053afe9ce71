"""What was changed in the networks, and what people on site say is otherwise, as far as the reader may see it."""

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from tocsin.engine.features import POINT_KINDS
from tocsin.jurisdiction.face import Person, may, scope
from tocsin.lifelines.models import VALUES, Asset, AssetChange, NetworkCorrection
from tocsin.lifelines.rules import edits as rules
from tocsin.lifelines.rules.edits import CorrectionKind, CorrectionState, Place, Values

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def visible_changes(user: Person) -> QuerySet[AssetChange]:
    """Changes of the networks that the reader may see, the newest first."""
    return scope(AssetChange.objects.select_related("made_by__organisation"), user, "assets.see")


def changes_of(user: Person, asset_id: UUID) -> QuerySet[AssetChange]:
    """Those of one object."""
    return visible_changes(user).filter(asset_id=asset_id)


def search_changes(user: Person, text: str = "") -> QuerySet[AssetChange]:
    """Changes whose object's code or whose reason holds the text."""
    found = visible_changes(user)
    return found.filter(Q(asset_code__icontains=text) | Q(reason__icontains=text)) if text else found


def visible_corrections(user: Person) -> QuerySet[NetworkCorrection]:
    """Proposed corrections of networks that the reader may see."""
    rows = NetworkCorrection.objects.select_related("asset", "owner", "made_by__organisation", "answered_by__organisation")
    return scope(rows, user, "assets.see")


def search_corrections(user: Person, *, is_open: bool, text: str = "") -> QuerySet[NetworkCorrection]:
    """Open ones, or answered ones; whose words or whose object's code hold the text."""
    open_state = Q(state=CorrectionState.OPEN.value)
    found = visible_corrections(user).filter(open_state if is_open else ~open_state)
    return found.filter(Q(asset_code__icontains=text) | Q(text__icontains=text)) if text else found


def corrections_to_answer(user: "User") -> QuerySet[NetworkCorrection]:
    """Open ones that the person may answer: of its own body's objects, or of the whole region; the oldest first."""
    rows = NetworkCorrection.objects.filter(state=CorrectionState.OPEN.value).select_related("asset", "owner", "made_by")
    return scope(rows, user, "assets.manage", organisation_field="owner").order_by("made_at", "id")


def may_read_correction(user: "User", correction_id: str) -> bool:
    """Photos of a proposed correction: for whoever sees it."""
    return visible_corrections(user).filter(pk=correction_id).exists()


def mark(asset: Asset) -> str:
    """What a form carries along of the state that its reader has seen."""
    return rules.mark_of(values_of(asset))


def values_of(asset: Asset) -> Values:
    """What an edit may change of an asset, by column."""
    return {name: getattr(asset, name) for name in VALUES}


def places_of(asset: Asset) -> list[Place]:
    """Longitude and latitude of a point, or of the corners of a line from its first end to its second."""
    given = asset.geometry["coordinates"]
    pairs = [given] if asset.geometry["type"] == "Point" else given
    return [(float(pair[0]), float(pair[1])) for pair in pairs]


def day_or_none(text: object) -> date | None:
    """A day as an import told it, None where that is no day."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def lines_at(asset: Asset) -> list[Asset]:
    """Lines that end at a point, by code."""
    if asset.kind not in POINT_KINDS:
        return []
    found = Asset.objects.filter(region_code=asset.region_code).filter(from_code=asset.code)
    found |= Asset.objects.filter(region_code=asset.region_code).filter(to_code=asset.code)
    return list(found.select_related("owner").order_by("code"))


def may_edit(actor: "User", asset: Asset) -> bool:
    """Whether that person may change the object: who keeps the networks of the region, or its owner's desk."""
    return may(actor, "assets.manage", asset.region_code, {asset.owner_id} - {None})


def may_answer(actor: "User", one: NetworkCorrection) -> bool:
    """Whether that person answers it: who keeps the region's networks, or the owner's desk."""
    return may(actor, "assets.manage", one.region_code, {one.owner_id} - {None})


def changes_at_once(one: NetworkCorrection) -> bool:
    """Whether to accept it changes the register by itself."""
    if one.asset is None:
        return False
    is_point = one.asset.kind in POINT_KINDS
    return {
        CorrectionKind.STATE: one.asset.kind == "valve",
        CorrectionKind.PLACE: is_point and one.lon is not None,
        CorrectionKind.GONE: True,
    }.get(CorrectionKind(one.kind), False)
