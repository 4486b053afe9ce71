"""Who is told of a permit: the next signer, those at work, the issuer, the firm's control room."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.hazchem.permits.models import PermitStep, WorkPermit
from tocsin.hazchem.permits.queries.permits import next_signer
from tocsin.hazchem.permits.rules.kinds import PermitAct
from tocsin.hazchem.permits.rules.notices import ENDS, SIGN, SILENT, STOPPED, WARNING, PermitWarning
from tocsin.notices.face import Directory, Draft, write_all
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def note(permit: WorkPermit, act: PermitAct, by: "User", now: datetime, text: str = "", *, automatic: bool = False) -> None:
    """The step and its audit entry. `automatic`: the clock or an alarm, not a person. In the caller's transaction."""
    PermitStep.objects.create(permit=permit, at=now, by=None if automatic else by, act=act, text=text[:300])
    told = {"number": permit.number, "state": str(permit.state), "text": text[:300]}
    record_audit(by, f"permit.{act}", "work_permit", permit.pk, permit.region_code, told)


def tell_next(permit: WorkPermit, now: datetime, *, again: bool = False) -> None:
    """Whoever signs next is told, once a round and role; `again`: it has waited too long."""
    role = next_signer(permit)
    person = getattr(permit, role.value) if role else None
    if role is not None and person is not None:
        key = f"permit-{permit.pk}-sign-{permit.round}-{role}-{permit.ends_at:%Y%m%d%H%M}{'-again' if again else ''}"
        figures = {**_figures(permit), "role": str(role), "again": again}
        _write([Draft(SIGN, SIGN, urgent=again, key=key, person=person, figures=figures)], now)


def tell_of_end(permit: WorkPermit, now: datetime) -> None:
    """Those at work, the issuer and the control room hear that a permit ends soon."""
    figures = {**_figures(permit), "ends": permit.ends_at.isoformat()}
    key = f"ends-{permit.ends_at:%Y%m%d%H%M}"
    _tell(permit, ENDS, key, figures, now, urgent=False, people=_concerned(permit))


def tell_of_silence(permit: WorkPermit, since: datetime, now: datetime) -> None:
    """Those at work, the issuer and the control room hear that monitoring was not written down."""
    figures = {**_figures(permit), "since": since.isoformat()}
    _tell(permit, SILENT, f"silent-{since:%Y%m%d%H%M%S}", figures, now, urgent=True, people=_concerned(permit))


def tell_of_stop(permit: WorkPermit, now: datetime, *, alarm: str, metres: float | None, reason: str) -> None:
    """Issuer, watcher, applicant, and the firm's control room hear urgently that the work stopped."""
    figures = {**_figures(permit), "alarm": alarm, "metres": metres, "reason": reason}
    _tell(permit, STOPPED, f"stopped-{permit.round}", figures, now, urgent=True, people=_concerned(permit))


def warn(permit: WorkPermit, about: PermitWarning, key: str, now: datetime, **more: str) -> None:
    """Issuer, watcher and control room are warned urgently, once for each key. `more`: what the sentence names."""
    figures: dict[str, object] = {**_figures(permit), "about": str(about), **more}
    people = [one for one in (permit.approver, permit.watcher) if one is not None]
    if about is PermitWarning.LONG_PAUSE and permit.analyst is not None:
        people.append(permit.analyst)
    _tell(permit, WARNING, f"{about}-{key}", figures, now, urgent=True, people=people)


def _concerned(permit: WorkPermit) -> "list[User]":
    return [one for one in (permit.approver, permit.watcher, permit.applicant) if one is not None]


def _tell(
    permit: WorkPermit, purpose: str, key: str, figures: dict[str, object], now: datetime, *, urgent: bool, people: "list[User]"
) -> None:
    """The people, each once, and the firm's control room."""
    drafts = [
        Draft(purpose, purpose, urgent=urgent, key=f"permit-{permit.pk}-{key}-{person.pk}", person=person, figures=figures)
        for person in {one.pk: one for one in people}.values()
    ]
    room = permit.object.organisation
    if room is not None:
        key = f"permit-{permit.pk}-{key}-room"
        drafts.append(Draft(purpose, purpose, urgent=urgent, key=key, organisation=room, figures=figures))
    _write(drafts, now)


def _write(drafts: Iterable[Draft], now: datetime) -> None:
    rows = list(drafts)
    if rows:
        write_all(rows, Directory(now))


def _figures(permit: WorkPermit) -> dict[str, object]:
    told = {"permit": str(permit.pk), "number": permit.number, "kind": permit.kind, "place": permit.place}
    return {**told, "firm": permit.object.name}
