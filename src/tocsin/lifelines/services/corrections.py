"""Corrections that people on site propose: told to the owner, answered with one press, and the answer comes back."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.face import bodies_with_duty, require
from tocsin.lifelines.models import Asset, AssetChange, NetworkCorrection
from tocsin.lifelines.queries.edits import changes_at_once, mark, values_of, visible_corrections
from tocsin.lifelines.queries.networks import visible_assets
from tocsin.lifelines.rules.edits import ASKED_FOR_IT, CORRECTION, OWNS, CorrectionKind, CorrectionState, EditAct
from tocsin.lifelines.services.editing import move_asset, remove_asset
from tocsin.lifelines.services.edits import editing
from tocsin.notices.face import Directory, Draft, Notice, supersede, write_all
from tocsin.records.face import keep_prepared, prepare_attachment, record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

PHOTO_OF: Final = "network_correction"


@dataclass(frozen=True, kw_only=True)
class NewCorrection:
    """What is otherwise on site. Of an object that the register lacks its place is named, of the others the object."""

    kind: CorrectionKind
    text: str
    region_code: str
    asset_id: UUID | None = None
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Photo:
    """A photo from the site, as it was sent."""

    data: bytes
    name: str


def propose(*, actor: "User", new: NewCorrection, photo: Photo | None = None, now: datetime) -> NetworkCorrection:
    """Whoever sees the networks proposes; the owner is told, or the area's desk where none is known.

    InvalidInput says what is missing, or what is wrong with the photo.
    """
    text = new.text.strip()
    if not text:
        raise InvalidInput(_("Say what is otherwise on site."))
    asset = None
    if new.kind is not CorrectionKind.MISSING:
        if new.asset_id is None:
            raise InvalidInput(_("Name the object."))
        asset = visible_assets(actor).get(pk=new.asset_id)
        if new.region_code not in ("", asset.region_code):
            raise InvalidInput(_("%(code)s lies in region %(region)s.") % {"code": asset.code, "region": asset.region_code})
    region_code = asset.region_code if asset else new.region_code
    require(actor, "assets.see", region_code, {actor.organisation_id} - {None})
    if new.kind in (CorrectionKind.MISSING, CorrectionKind.PLACE) and (new.lon is None or new.lat is None):
        raise InvalidInput(_("Say where it is: tap the map, or type longitude and latitude."))
    if (new.lon is not None and not -180 <= new.lon <= 180) or (new.lat is not None and not -90 <= new.lat <= 90):
        raise InvalidInput(_("Longitude lies between -180 and 180, latitude between -90 and 90."))
    prepared = prepare_attachment(actor=actor, data=photo.data, name=photo.name) if photo else None
    with transaction.atomic():
        made = NetworkCorrection.objects.create(
            region_code=region_code,
            asset=asset,
            asset_code=asset.code if asset else "",
            owner=asset.owner if asset else None,
            kind=new.kind.value,
            text=text[:500],
            lon=new.lon,
            lat=new.lat,
            made_by=actor,
            made_at=now,
        )
        if prepared is not None:
            keep_prepared(prepared, actor=actor, object_type=PHOTO_OF, object_id=made.pk, region_code=region_code, now=now)
        details = {"kind": made.kind, "code": made.asset_code}
        record_audit(actor, "correction.proposed", PHOTO_OF, made.pk, region_code, details)
        _tell_owner(made, now)
    return made


def accept(*, actor: "User", correction_id: UUID, answer: str, now: datetime) -> NetworkCorrection:
    """The owner agrees. What needs no more words is changed at once: a stuck valve, the place of a point, an object that is gone.

    Of the rest the register is changed by hand. Conflict where it is answered already, or can't be changed so.
    """
    with transaction.atomic():
        one = _locked(actor, correction_id)
        one.edit = _apply(actor, one, now)
        _answer(one, actor, CorrectionState.ACCEPTED, answer, now)
    return one


def refuse(*, actor: "User", correction_id: UUID, answer: str, now: datetime) -> NetworkCorrection:
    """The owner does not agree, and says why."""
    with transaction.atomic():
        one = _locked(actor, correction_id)
        if not answer.strip():
            raise InvalidInput(_("Say why not."))
        _answer(one, actor, CorrectionState.REFUSED, answer, now)
    return one


def _locked(actor: "User", correction_id: UUID) -> NetworkCorrection:
    visible_corrections(actor).get(pk=correction_id)
    one = (
        NetworkCorrection.objects.select_for_update(of=("self",))
        .select_related("asset__owner", "owner", "made_by")
        .get(pk=correction_id)
    )
    require(actor, "assets.manage", one.region_code, {one.owner_id} - {None})
    if one.state != CorrectionState.OPEN.value:
        raise Conflict(_("It has been answered already."))
    return one


def _apply(actor: "User", one: NetworkCorrection, now: datetime) -> UUID | None:
    """The edit that it asks for, where that needs no more words."""
    if not changes_at_once(one) or one.asset is None:
        return None
    asset, reason = one.asset, one.text
    match CorrectionKind(one.kind):
        case CorrectionKind.STATE:
            _mark_stuck(actor, asset, reason, now)
        case CorrectionKind.PLACE if one.lon is not None and one.lat is not None:
            move_asset(actor=actor, asset_id=asset.pk, places=[(one.lon, one.lat)], seen=mark(asset), reason=reason, now=now)
        case CorrectionKind.GONE:
            one.asset = None  # the row outlives it
            one.save(update_fields=["asset"])
            remove_asset(actor=actor, asset_id=asset.pk, seen=mark(asset), reason=reason, now=now)
    return AssetChange.objects.filter(asset_id=asset.pk, made_at=now).values_list("edit", flat=True).first()


def _mark_stuck(actor: "User", asset: Asset, reason: str, now: datetime) -> None:
    with editing(actor, asset.region_code, EditAct.CHANGED, reason, now) as edit:
        before = values_of(asset)
        day = timezone.localtime(now).date().isoformat()
        asset.properties = {**asset.properties, "operable": False, "last_checked": day}
        edit.write(asset, before)


def _answer(one: NetworkCorrection, actor: "User", state: CorrectionState, answer: str, now: datetime) -> None:
    one.state, one.answer = state.value, answer.strip()[:500]
    one.answered_by, one.answered_at = actor, now
    one.save(update_fields=["state", "answer", "answered_by", "answered_at", "edit"])
    record_audit(actor, f"correction.{state.value}", PHOTO_OF, one.pk, one.region_code, {"code": one.asset_code})
    supersede(Notice.objects.filter(purpose=CORRECTION, key__startswith=f"correction-{one.pk}-open-"), now=now)
    if one.made_by_id != actor.pk:
        figures = {**_figures(one), "act": state.value, "answer": one.answer}
        key = f"correction-{one.pk}-{state.value}-{one.made_by_id}"
        write_all([Draft(CORRECTION, ASKED_FOR_IT, urgent=False, key=key, person=one.made_by, figures=figures)], Directory(now))


def _tell_owner(one: NetworkCorrection, now: datetime) -> None:
    bodies = [one.owner] if one.owner else bodies_with_duty(kind="government", region_code=one.region_code, at=now)[:1]
    figures = {**_figures(one), "act": "proposed", "answer": ""}
    drafts = [
        Draft(CORRECTION, OWNS, urgent=False, key=f"correction-{one.pk}-open-{body.pk}", organisation=body, figures=figures)
        for body in bodies
    ]
    if drafts:
        write_all(drafts, Directory(now))


def _figures(one: NetworkCorrection) -> dict[str, object]:
    return {"correction": str(one.pk), "kind": one.kind, "code": one.asset_code, "text": one.text}
