"""Who is told of a permit: the next signer, those at work, the issuer, the firm's control room."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING, Final

from django.db import transaction

from tocsin.hazchem.permits.models import PermitStep, WorkPermit
from tocsin.hazchem.permits.queries.permits import next_signer
from tocsin.hazchem.permits.rules.kinds import PermitAct, SigningRole
from tocsin.hazchem.permits.rules.notices import ENDS, SIGN, SILENT, STOPPED, UNPERMITTED, WARNING, PermitWarning
from tocsin.notices.face import Directory, Draft, known_keys, write_all
from tocsin.records.face import record_audit
from tocsin.supervision.face import supervisor_of

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.vision.face import Sighting

AT_ONCE: Final = 200  # notices of one transaction


def note(permit: WorkPermit, act: PermitAct, by: "User", now: datetime, text: str = "", *, automatic: bool = False) -> None:
    """The step and its audit entry. `automatic`: the clock or an alarm, not a person. In the caller's transaction."""
    PermitStep.objects.create(permit=permit, at=now, by=None if automatic else by, act=act, text=text[:300])
    told = {"number": permit.number, "state": str(permit.state), "text": text[:300]}
    record_audit(by, f"permit.{act}", "work_permit", permit.pk, permit.region_code, told)


def tell_next(permit: WorkPermit, now: datetime) -> None:
    """Whoever signs next is told, once a round and role."""
    _write(drafts_for_signer(permit, next_signer(permit)), now)


def drafts_for_signer(permit: WorkPermit, role: SigningRole | None, *, again: bool = False) -> list[Draft]:
    """To whoever signs next; `again`: it has waited too long."""
    person = getattr(permit, role.value) if role else None
    if person is None:
        return []
    key = f"permit-{permit.pk}-sign-{permit.round}-{role}-{permit.ends_at:%Y%m%d%H%M}{'-again' if again else ''}"
    figures = {**_figures(permit), "role": str(role), "again": again}
    return [Draft(SIGN, SIGN, urgent=again, key=key, person=person, figures=figures)]


def drafts_of_end(permit: WorkPermit) -> list[Draft]:
    """To those at work, the issuer and the control room: a permit ends soon."""
    figures = {**_figures(permit), "ends": permit.ends_at.isoformat()}
    return _drafts(permit, ENDS, f"ends-{permit.ends_at:%Y%m%d%H%M}", figures, urgent=False, people=_concerned(permit))


def drafts_of_silence(permit: WorkPermit, since: datetime) -> list[Draft]:
    """To those at work, the issuer and the control room: monitoring was not written down."""
    figures = {**_figures(permit), "since": since.isoformat()}
    return _drafts(permit, SILENT, f"silent-{since:%Y%m%d%H%M%S}", figures, urgent=True, people=_concerned(permit))


def tell_new(drafts: Sequence[Draft], now: datetime) -> None:
    """Writes those whose key nobody has been told yet, in batches; ways of a body or a person are looked up once for all."""
    directory = Directory(now)
    for part in batched(drafts, AT_ONCE):
        known = known_keys([one.key for one in part])
        new = [one for one in part if one.key not in known]
        if new:
            with transaction.atomic():
                write_all(new, directory)


def tell_of_stop(permit: WorkPermit, now: datetime, *, alarm: str, metres: float | None, reason: str) -> None:
    """Issuer, watcher, applicant, and the firm's control room hear urgently that the work stopped."""
    figures = {**_figures(permit), "alarm": alarm, "metres": metres, "reason": reason}
    _write(_drafts(permit, STOPPED, f"stopped-{permit.round}", figures, urgent=True, people=_concerned(permit)), now)


def tell_unpermitted(sighting: "Sighting", now: datetime) -> None:
    """The firm and whoever supervises it hear urgently of hot work that a person confirmed and for which no permit was open."""
    camera = sighting.camera
    firm = camera.object
    if firm is None:
        return
    figures = {
        "sighting": str(sighting.pk),
        "firm": firm.name,
        "place": camera.place or camera.name,
        "began": sighting.began_at.isoformat(),
    }
    bodies = {"firm": firm.organisation, "supervisor": supervisor_of(firm, now)}
    _write(
        [
            Draft(
                UNPERMITTED,
                UNPERMITTED,
                urgent=True,
                key=f"unpermitted-{sighting.pk}-{side}",
                organisation=body,
                figures={**figures, "side": side},
            )
            for side, body in bodies.items()
            if body is not None
        ],
        now,
    )


def drafts_of_warning(permit: WorkPermit, about: PermitWarning, key: str, **more: str) -> list[Draft]:
    """To issuer, watcher and control room, urgently, once for each key. `more`: what the sentence names."""
    figures: dict[str, object] = {**_figures(permit), "about": str(about), **more}
    people = [one for one in (permit.approver, permit.watcher) if one is not None]
    if about is PermitWarning.LONG_PAUSE and permit.analyst is not None:
        people.append(permit.analyst)
    return _drafts(permit, WARNING, f"{about}-{key}", figures, urgent=True, people=people)


def _concerned(permit: WorkPermit) -> "list[User]":
    return [one for one in (permit.approver, permit.watcher, permit.applicant) if one is not None]


def _drafts(
    permit: WorkPermit, purpose: str, key: str, figures: dict[str, object], *, urgent: bool, people: "list[User]"
) -> list[Draft]:
    """To the people, each once, and the firm's control room."""
    drafts = [
        Draft(purpose, purpose, urgent=urgent, key=f"permit-{permit.pk}-{key}-{person.pk}", person=person, figures=figures)
        for person in {one.pk: one for one in people}.values()
    ]
    room = permit.object.organisation
    if room is not None:
        key = f"permit-{permit.pk}-{key}-room"
        drafts.append(Draft(purpose, purpose, urgent=urgent, key=key, organisation=room, figures=figures))
    return drafts


def _write(drafts: Iterable[Draft], now: datetime) -> None:
    rows = list(drafts)
    if rows:
        write_all(rows, Directory(now))


def _figures(permit: WorkPermit) -> dict[str, object]:
    told = {"permit": str(permit.pk), "number": permit.number, "kind": permit.kind, "place": permit.place}
    return {**told, "firm": permit.object.name}
