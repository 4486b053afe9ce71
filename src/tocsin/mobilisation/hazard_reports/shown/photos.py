"""A photo of a report as people and programs read it: how far its blurred copy is, and which copy is theirs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.engine.blurring import Box, BoxKind
from tocsin.mobilisation.hazard_reports.models import ReportPhoto
from tocsin.mobilisation.hazard_reports.rules.blurring import PhotoState, state_of
from tocsin.records.face import LookVerdict

STATE_NAMES: Final[dict[PhotoState, Promise]] = {
    PhotoState.AWAITED: pgettext_lazy("photo", "is being looked at"),
    PhotoState.PROPOSED: pgettext_lazy("photo", "to be decided"),
    PhotoState.UNSEEN: pgettext_lazy("photo", "to be decided, boxes by hand"),
    PhotoState.DECIDED: pgettext_lazy("photo", "blurred"),
}
KIND_NAMES: Final[dict[BoxKind, Promise]] = {
    BoxKind.FACE: pgettext_lazy("box in a photo", "face"),
    BoxKind.PLATE: pgettext_lazy("box in a photo", "number plate"),
    BoxKind.OTHER: pgettext_lazy("box in a photo", "something else"),
}
REASONS: Final[dict[str, Promise]] = {
    LookVerdict.FELL.value: pgettext_lazy("photo", "The machine could not read this photo: draw the boxes by hand."),
    LookVerdict.TOO_SLOW.value: pgettext_lazy("photo", "The machine took too long over this photo: draw the boxes by hand."),
    LookVerdict.MISSING.value: pgettext_lazy(
        "photo", "This installation has no models for faces and plates (it was built without them): draw the boxes by hand."
    ),
    LookVerdict.UNREADABLE.value: pgettext_lazy("photo", "The file of this photo can't be read: ask who runs this installation."),
}


class BoxOut(Schema):
    """A part of a photo, in pixels of the whole copy from its upper left corner."""

    kind: BoxKind = Field(description="face, plate or other")
    left: int
    top: int
    width: int
    height: int
    score: float = Field(description="how sure the model was, 0 to 1; 0: drawn by a person")


class ReportPhotoOut(Schema):
    """A photo of the reporter or of the check, without anything that the camera wrote."""

    number: int = Field(description="within its report, from 1")
    of_check: bool = Field(description="attached by who checks or handles the report, and not by the reporter")
    by: str = Field(description="who attached a photo of the check; empty: the reporter")
    caption: str = Field(description="what was written beside a photo of the check")
    state: str = Field(description="awaited, proposed, unseen (boxes by hand only) or decided")
    state_name: str
    reason: str = Field(description="why the machine proposed nothing, where it could not look")
    far: bool | None = Field(description="whether the camera says that it was far from the place; null: it says nothing")
    attachment_id: UUID | None = Field(description="the copy that you may read; null: it is being prepared")
    blurred: bool = Field(description="whether that is the blurred one")
    blurred_id: UUID | None = Field(description="the blurred copy, for all who read the report; null: nobody has decided")
    width: int
    height: int
    boxes: list[BoxOut] = Field(
        description="for the desk: what was decided; what is proposed where nobody decided or the machine has looked since"
    )
    looking: bool = Field(description="the machine has not looked yet, or is asked to look again")
    proposed_anew: bool = Field(description="the boxes are proposals of a look after the decision, which stands until the next")
    decisions: int = Field(description="how often somebody decided; a next decision names it")
    decided_by: str
    decided_at: datetime | None
    held: bool = Field(description="waits for the virus scanner, or something was found in it")


def kept_boxes(boxes: Iterable[Box]) -> list[dict[str, Any]]:
    """As a row keeps them."""
    names = ("left", "top", "width", "height", "score")
    return [{"kind": one.kind.value, **{name: getattr(one, name) for name in names}} for one in boxes]


def boxes_of(kept: Iterable[dict[str, Any]]) -> list[Box]:
    """The same as values."""
    return [Box(**{**one, "kind": BoxKind(one["kind"])}) for one in kept]


def attached_by(photo: ReportPhoto) -> str:
    """Who attached a photo of the check; nothing of a reporter."""
    return photo.copy.actor_name if photo.of_check else ""


def describe_photo(photo: ReportPhoto, *, whole: bool) -> ReportPhotoOut:
    """One photo, with copy and decisions loaded; `whole`: for who sees all of it."""
    made = sorted(photo.decisions.all(), key=lambda one: one.number)
    last = made[-1] if made else None
    state = state_of(photo.looked, decisions=len(made))
    blurred_id = last.blurred_id if last is not None else None
    anew = last is not None and photo.looked_at is not None and photo.looked_at > last.decided_at
    return ReportPhotoOut(
        number=photo.number,
        of_check=photo.of_check,
        by=attached_by(photo),
        caption=photo.copy.caption if photo.of_check else "",
        state=state.value,
        state_name=str(STATE_NAMES[state]),
        reason=str(REASONS.get(photo.looked, "")) if whole else "",
        far=photo.far,
        attachment_id=photo.copy_id if whole else blurred_id,
        blurred=not whole,
        blurred_id=blurred_id,
        width=photo.copy.width,
        height=photo.copy.height,
        boxes=[BoxOut(**one) for one in (photo.proposed if last is None or anew else last.boxes)] if whole else [],
        looking=not photo.looked,
        proposed_anew=anew and whole,
        decisions=len(made),
        decided_by=str(last.decided_by) if last is not None else "",
        decided_at=last.decided_at if last is not None else None,
        held=bool(photo.copy.held),
    )
