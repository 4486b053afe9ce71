"""Sealing who reported, and opening it: one of the two officers asks with a reason, the other agrees, each opens one lock."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.face import may, people_who_may, require
from tocsin.mobilisation.hazard_reports.models import HazardReport, IdentityKey, IdentityRequest, ReportPhoto, SealedIdentity
from tocsin.mobilisation.hazard_reports.queries.identity import blind_index, holders_of, keys_for, locked_by, visible_requests
from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.rules.locks import pack, seal
from tocsin.mobilisation.hazard_reports.rules.sealing import (
    LARGEST,
    LARGEST_PHOTO,
    Identity,
    RequestVerdict,
    Sealed,
    Slot,
    judge_agreement,
    require_sealed,
)
from tocsin.mobilisation.hazard_reports.rules.telling import IDENTITY, KEEPER, SECRECY
from tocsin.notices.face import Directory, Draft, write_all
from tocsin.records.face import bytes_of, record_audit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tocsin.jurisdiction.face import User

MOST_REASON = 500


def require_keys(region_code: str) -> tuple[IdentityKey, IdentityKey]:
    """The two keys of a region; InvalidInput where nobody has set them up: then a report goes without a name or not at all."""
    found = keys_for(region_code)
    if found is None:
        raise InvalidInput(_("No keys seal a name there yet: report without a name, or send the report again later."))
    return found


def seal_identity(report: HazardReport, identity: Identity, *, now: datetime) -> None:
    """What was said of the person is sealed at once, and nothing else of it is kept. In the caller's transaction."""
    key_a, key_b = require_keys(report.region_code)
    said = Sealed(
        number=report.number,
        at=now,
        name=identity.name.strip()[:120],
        telephone=identity.telephone.strip()[:40],
        account=identity.account.strip()[:120],
    )
    locked = seal(msgspec.json.format(msgspec.json.encode(said)), for_a=key_a.recipient, for_b=key_b.recipient)
    made = SealedIdentity(
        report=report, sealed=locked.data, key_a=key_a, key_b=key_b, blind=blind_index(identity.telephone), sealed_at=now
    )
    made.take_locks(locked)
    made.save(force_insert=True)


@transaction.atomic
def ask_for_identity(*, actor: "User", number: str, reason: str, now: datetime, photo: int = 0) -> IdentityRequest:
    """One of the two who hold the keys asks for who reported, or for the original of the photo of that number; the other is told.
    InvalidInput where nothing of it lies sealed.
    """
    report = HazardReport.objects.filter(number=number.strip().upper(), identity__isnull=False).first()
    if report is None or not may(actor, rights.KEEP, report.region_code):
        raise InvalidInput(_("No report of this number lies sealed in your area."))
    wanted = ReportPhoto.objects.filter(report=report, number=photo, original__isnull=False).first()
    if photo and wanted is None:
        raise InvalidInput(_("No original of photo %(photo)d of this report lies sealed.") % {"photo": photo})
    made = IdentityRequest(report=report, photo=wanted, region_code=report.region_code, asked_by=actor, asked_at=now)
    keys = locked_by(made)
    if actor.pk not in [one.holder_id for one in keys]:
        raise NotAllowed(_("Only the two officers whose keys sealed this report may open it."))
    if lost := [one.slot.upper() for one in keys if one.lost_at is not None]:
        raise Conflict(_("The key of officer %(slot)s is lost: this can never be opened again.") % {"slot": ", ".join(lost)})
    if not reason.strip():
        raise InvalidInput(_("Say why."))
    if report.identity_requests.filter(ended_at=None, photo=wanted).exists():
        raise Conflict(_("Its opening is asked for already."))
    made.reason = reason.strip()[:MOST_REASON]
    made.save()
    record_audit(actor, "identity.asked", "hazard_report", report.pk, report.region_code, _about(made))
    other = next(one.holder for one in keys if one.holder_id != actor.pk)
    figures = {"matter": "asked", "number": report.number, "who": str(actor), "reason": made.reason, "photo": photo}
    write_all([Draft(IDENTITY, KEEPER, False, f"identity-{made.pk}-asked", person=other, figures=figures)], Directory(now))
    return made


@transaction.atomic
def decide_request(*, actor: "User", request_id: UUID, agreed: bool, now: datetime) -> IdentityRequest:
    """The other officer agrees or not; whoever watches over secrecy is told of an opening."""
    found = _locked(actor, request_id)
    verdict = judge_agreement(
        asked_by=found.asked_by_id, actor=actor.pk, holders=holders_of(found), decided=found.decided_at is not None
    )
    if verdict is RequestVerdict.OVER:
        raise Conflict(_("This is decided already."))
    if verdict is not RequestVerdict.GOES_ON:
        raise NotAllowed(_("The other one of the two officers decides this."))
    found.decided_by, found.decided_at, found.agreed = actor, now, agreed
    found.ended_at = None if agreed else now
    found.save(update_fields=["decided_by", "decided_at", "agreed", "ended_at"])
    act = "identity.agreed" if agreed else "identity.declined"
    record_audit(actor, act, "hazard_report", found.report_id, found.region_code, _about(found))
    figures: dict[str, object] = {"number": found.report.number, "who": str(found.asked_by), "other": str(actor)}
    figures |= {"reason": found.reason, "photo": _photo(found)}
    matter = "agreed" if agreed else "declined"
    told = {**figures, "matter": matter}
    draft = Draft(IDENTITY, KEEPER, False, f"identity-{found.pk}-{matter}", person=found.asked_by, figures=told)
    write_all([draft], Directory(now))
    if agreed:
        _tell_watchers(found.region_code, "opened", str(found.pk), figures, now)
    return found


@transaction.atomic
def take_out(*, actor: "User", request_id: UUID, now: datetime) -> bytes:
    """What this officer's key opens next: the whole to B, what B has opened to A, with the lock's own key, as it is sealed now.
    An exchange of keys in between changes nothing but that. Each taking leaves an audit entry.
    """
    found = _locked(actor, request_id)
    holder_a, holder_b = holders_of(found)
    if not found.agreed or found.ended_at is not None:
        raise Conflict(_("Nothing is opened before the other officer has agreed, or after it is over."))
    if actor.pk == holder_b:
        data, part, slot = _sealed_of(found), "outer", Slot.B
    elif actor.pk == holder_a:
        if found.inner is None:
            raise Conflict(_("Officer B opens the first lock before this one."))
        data, part, slot = bytes(found.inner), "inner", Slot.A
    else:
        raise NotAllowed(_("Only the two officers whose keys sealed this report may open it."))
    record_audit(actor, "identity.taken", "hazard_report", found.report_id, found.region_code, {**_about(found), "part": part})
    lock_key = found.thing.lock_key(slot.value)
    return pack(data, lock_key) if lock_key else data


@transaction.atomic
def hand_on(*, actor: "User", request_id: UUID, data: bytes, now: datetime) -> IdentityRequest:
    """B hands in what their key has opened: it is still sealed to A."""
    found = _locked(actor, request_id)
    if not found.agreed or found.ended_at is not None:
        raise Conflict(_("Nothing is opened before the other officer has agreed, or after it is over."))
    if actor.pk != holders_of(found)[1]:
        raise NotAllowed(_("Officer B opens the first lock before this one."))
    largest = LARGEST if found.photo is None else LARGEST_PHOTO
    found.inner = require_sealed(data, largest=largest, sha256=found.thing.inner_sha256)
    found.save(update_fields=["inner"])
    record_audit(actor, "identity.handed_on", "hazard_report", found.report_id, found.region_code, _about(found))
    figures = {"matter": "handed_on", "number": found.report.number, "who": str(actor), "photo": _photo(found)}
    to = locked_by(found)[0].holder
    write_all([Draft(IDENTITY, KEEPER, False, f"identity-{found.pk}-handed_on", person=to, figures=figures)], Directory(now))
    return found


@transaction.atomic
def end_request(*, actor: "User", request_id: UUID, now: datetime) -> IdentityRequest:
    """It is over: what B had opened goes from here."""
    found = _locked(actor, request_id)
    if found.ended_at is not None:
        raise Conflict(_("This is decided already."))
    if actor.pk not in holders_of(found):
        raise NotAllowed(_("Only the two officers whose keys sealed this report may open it."))
    found.inner, found.ended_at = None, now
    found.save(update_fields=["inner", "ended_at"])
    record_audit(actor, "identity.ended", "hazard_report", found.report_id, found.region_code, _about(found))
    return found


def _locked(actor: "User", request_id: UUID) -> IdentityRequest:
    known = visible_requests(actor).get(pk=request_id)
    rows = IdentityRequest.objects.select_for_update(of=("self",))
    found = rows.select_related("report__identity", "photo__original", "asked_by").get(pk=known.pk)
    require(actor, rights.KEEP, found.region_code)
    return found


def _about(request: IdentityRequest) -> dict[str, object]:
    told: dict[str, object] = {"number": request.report.number, "request": str(request.pk), "reason": request.reason}
    return {**told, "photo": _photo(request)} if request.photo is not None else told


def _photo(request: IdentityRequest) -> int:
    return request.photo.number if request.photo is not None else 0


def _sealed_of(request: IdentityRequest) -> bytes:
    if request.photo is None:
        return bytes(request.report.identity.sealed)
    if request.photo.original is None:
        raise Conflict(_("The original is no longer there."))
    return bytes_of(request.photo.original)


def _tell_watchers(region_code: str, matter: str, key: str, figures: "Mapping[str, object]", now: datetime) -> None:
    people = people_who_may(rights.WATCH, region_code)
    told = {**figures, "matter": matter}
    drafts = [Draft(IDENTITY, SECRECY, False, f"identity-{key}-{matter}-{one.pk}", person=one, figures=told) for one in people]
    if drafts:
        write_all(drafts, Directory(now))
