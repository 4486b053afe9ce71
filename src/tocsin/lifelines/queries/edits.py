"""What was changed in the networks, and what people on site say is otherwise, as far as the reader may see it."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from tocsin.jurisdiction.face import Person, scope
from tocsin.lifelines.models import AssetChange, NetworkCorrection
from tocsin.lifelines.rules import CorrectionState

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def visible_changes(user: Person) -> QuerySet[AssetChange]:
    """Changes of the networks that the reader may see, the newest first."""
    return scope(AssetChange.objects.select_related("made_by"), user, "assets.see")


def changes_of(user: Person, asset_id: UUID) -> QuerySet[AssetChange]:
    """Those of one object."""
    return visible_changes(user).filter(asset_id=asset_id)


def search_changes(user: Person, text: str = "") -> QuerySet[AssetChange]:
    """Changes whose object's code or whose reason holds the text."""
    found = visible_changes(user)
    return found.filter(Q(asset_code__icontains=text) | Q(reason__icontains=text)) if text else found


def visible_corrections(user: Person) -> QuerySet[NetworkCorrection]:
    """Proposed corrections of networks that the reader may see."""
    return scope(NetworkCorrection.objects.select_related("asset", "owner", "made_by", "answered_by"), user, "assets.see")


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
