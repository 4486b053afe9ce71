"""A report is taken in: numbered, sent to whoever handles it, acknowledged by a signed receipt. The same one twice is one."""

import hmac
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.work import is_worked_for
from tocsin.bus.services import in_one_transaction
from tocsin.engine.likeness import words_of
from tocsin.jurisdiction.face import Region, require, unread_system_actor
from tocsin.mobilisation.hazard_reports.models import HazardReport, ReportBook, ReportEntry
from tocsin.mobilisation.hazard_reports.policy.reports import report_policy
from tocsin.mobilisation.hazard_reports.policy.routing import routing_policy
from tocsin.mobilisation.hazard_reports.queries.alike import joinable, leading
from tocsin.mobilisation.hazard_reports.queries.keys import signing_seed
from tocsin.mobilisation.hazard_reports.queries.routing import Matter, owner_of
from tocsin.mobilisation.hazard_reports.rules import clocks, rights
from tocsin.mobilisation.hazard_reports.rules.intake import (
    Channel,
    Handed,
    Mode,
    completeness_of,
    content_hash,
    is_on_earth,
    told_moment,
)
from tocsin.mobilisation.hazard_reports.rules.receipts import Receipt, content_word, sign_receipt
from tocsin.mobilisation.hazard_reports.rules.sealing import Identity
from tocsin.mobilisation.hazard_reports.rules.secrets import hash_of, new_secret, read_secret
from tocsin.mobilisation.hazard_reports.rules.states import INWARD, ReportAct, ReportState
from tocsin.mobilisation.hazard_reports.services.acting import told_bodies
from tocsin.mobilisation.hazard_reports.services.identity import seal_identity
from tocsin.mobilisation.hazard_reports.services.merging import put_into
from tocsin.records.face import record_audit, working_days
from tocsin.supervision.face import object_of_code

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.supervision.face import SupervisedObject


@dataclass(frozen=True, kw_only=True)
class NewReport:
    """A report as it arrives. `secret_sha256`: the phone makes the secret and hands in its hash: nothing else knows it.
    `same_as`: the open report of the same matter that it joins, as whoever reports, or the operator, was shown it.
    """

    id: UUID
    handed: Handed
    secret_sha256: str
    mode: Mode = Mode.ANONYMOUS
    channel: Channel = Channel.PAGE
    channel_reference: str = ""
    language: str = "zh-hans"
    said_at: datetime | None = None
    nonce: str = ""
    same_as: UUID | None = None
    identity: Identity | None = None


@dataclass(frozen=True)
class TakenIn:
    """What an operator has in hand afterwards: the report, and the secret that is shown this once."""

    report: HazardReport
    secret: str = field(repr=False)


def receive_from_public(*, new: NewReport, now: datetime) -> HazardReport:
    """A report from the page. InvalidInput for one without its work, or that can't be read; Conflict where another has its id."""
    _require_readable(new)
    policy = report_policy(new.handed.region_code)
    if not is_worked_for(str(new.id), new.secret_sha256, new.nonce, bits=policy.intake.work_bits):
        raise InvalidInput(_("The page did not finish its work for this report: open it anew and send the report again."))
    return in_one_transaction(lambda: _receive(new, actor=unread_system_actor(), now=now))


@transaction.atomic
def take_in(*, actor: "User", new: NewReport, now: datetime) -> TakenIn:
    """An operator or another platform hands in what somebody said; the secret is for that person, shown once."""
    handed = new.handed
    found = _object_of(handed, now)
    require(actor, rights.HANDLE, found.region_code if found is not None else handed.region_code)
    _require_readable(new)
    if new.mode is Mode.ANONYMOUS and new.identity is not None and new.identity.is_begun:
        raise InvalidInput(
            _("Without a name nothing of who reports is kept: choose how it is sealed, or leave name, number and account empty.")
        )
    known = HazardReport.objects.filter(channel=new.channel.value, channel_reference=new.channel_reference.strip()).first()
    if new.channel_reference.strip() and known is not None:
        raise Conflict(
            _("%(reference)s is here already, as %(number)s.")
            % {"reference": new.channel_reference.strip(), "number": known.number}
        )
    secret = new_secret()
    plain = read_secret(secret) or ""
    report = _receive(_with_secret(new, hash_of(plain)), actor=actor, now=now)
    if new.same_as is not None:
        _join(report, new.same_as, actor=actor, now=now)
    return TakenIn(report, secret)


def _join(report: HazardReport, lead_id: UUID, *, actor: "User", now: datetime) -> None:
    """It goes into an open report of the operator's reach; InvalidInput, and nothing is taken in, where that leads no more."""
    lead = (
        joinable(actor, report.region_code, now).filter(pk=lead_id).exclude(pk=report.pk).select_for_update(of=("self",)).first()
    )
    if lead is None:
        raise InvalidInput(
            _("There is no open report to which this one could be added: it went into another, or is over. Choose again.")
        )
    put_into(report, lead, actor=actor, now=now)
    report.save(update_fields=["merged_into"])
    act, figures = ReportAct.MERGE, {"number": lead.number}
    ReportEntry.objects.create(report=report, act=act.value, at=now, actor=actor, inward=act in INWARD, figures=figures)
    told = {"number": report.number, "into": lead.number}
    record_audit(actor, "hazard_report.merge", "hazard_report", report.pk, report.region_code, told)


def _with_secret(new: NewReport, secret_sha256: str) -> NewReport:
    return NewReport(
        id=new.id,
        handed=new.handed,
        secret_sha256=secret_sha256,
        mode=new.mode,
        channel=new.channel,
        channel_reference=new.channel_reference,
        language=new.language,
        said_at=new.said_at,
        identity=new.identity,
    )


def _require_readable(new: NewReport) -> None:
    policy = report_policy(new.handed.region_code)
    if new.handed.kind not in policy.kinds:
        raise InvalidInput(_("Use one of these kinds: %(kinds)s.") % {"kinds": ", ".join(policy.kinds)})
    if not new.handed.text.strip() and not new.handed.photos:
        raise InvalidInput(_("Say what you saw, or take a photo of it."))
    if not is_on_earth(new.handed.lon, new.handed.lat):
        raise InvalidInput(_("The position can't be: degrees of latitude are at most 90, of longitude at most 180."))
    if new.mode is not Mode.ANONYMOUS and (new.identity is None or not new.identity.is_told):
        raise InvalidInput(_("Give name and telephone number, or report without a name."))
    if len(new.handed.text) > policy.intake.most_signs:
        told = {"most": policy.intake.most_signs, "count": len(new.handed.text)}
        raise InvalidInput(_("The text has %(count)d signs; at most %(most)d are taken.") % told)


def _receive(new: NewReport, *, actor: "User", now: datetime) -> HazardReport:
    content = content_hash(new.handed)
    known = HazardReport.objects.filter(pk=new.id).values_list("secret_sha256", "content_sha256").first()
    if known is not None:
        if hmac.compare_digest(known[0], new.secret_sha256) and known[1] == content:
            return HazardReport.objects.get(pk=new.id)
        raise Conflict(_("Another report has this id."))
    handed, found = new.handed, _object_of(new.handed, now)
    region_code = found.region_code if found is not None else handed.region_code
    if not Region.objects.filter(code=region_code, level="county").exists():
        raise InvalidInput(_("Say in which county or district it is."))
    policy = report_policy(region_code)
    zone = timezone.get_default_timezone()
    situation = handed.situation if handed.situation in routing_policy(region_code).situations else ""
    owner = owner_of(Matter(region_code, handed.kind, situation, found), at=now)
    complete = completeness_of(handed, least_signs=policy.intake.least_signs, pictures=0)
    number = _next_number(region_code, now)
    report = HazardReport.objects.create(
        id=new.id,
        number=number,
        region_code=region_code,
        state=ReportState.RECEIVED.value,
        kind=handed.kind,
        trade=owner.trade or (found.trade if found is not None else ""),
        situation=situation,
        object_id=found.pk if found is not None else None,
        firm=(found.name if found is not None else handed.firm.strip())[:200],
        place=handed.place.strip()[:300],
        lon=handed.lon,
        lat=handed.lat,
        text=handed.text.strip(),
        since=handed.since.strip()[:200],
        danger=handed.danger,
        insider=handed.insider,
        mode=new.mode.value,
        channel=new.channel.value,
        channel_reference=new.channel_reference.strip()[:60],
        language=new.language[:10],
        said_at=told_moment(new.said_at, policy.intake.clock, now=now),
        received_at=now,
        words=words_of(handed.text).tobytes(),
        completeness=complete.score,
        valid=complete.is_valid,
        complete_at=now if complete.is_valid else None,
        secret_sha256=new.secret_sha256,
        content_sha256=content,
        receipt=sign_receipt(Receipt(number, now, content_word(content)), signing_seed()),
        organisation=owner.body,
        fell_to=owner.fell_to,
        routed_by=owner.because.value,
        accept_due=clocks.accept_due(now, policy.clocks, working_days(), zone, danger=handed.danger),
        check_due=clocks.check_due(now, now, policy.clocks, zone, danger=True) if handed.danger else None,
    )
    figures = {
        "channel": report.channel,
        **told_bodies(body=owner.body),
        "fell_to": owner.fell_to,
        "routed_by": owner.because.value,
    }
    ReportEntry.objects.create(report=report, act=ReportAct.RECEIVE.value, at=now, figures=figures)
    if new.identity is not None and new.mode is not Mode.ANONYMOUS:
        seal_identity(report, new.identity, now=now)
    _put_into_the_same(report, new, now)
    record_audit(actor, "hazard_report.received", "hazard_report", report.pk, region_code, {"number": number, **figures})
    return report


def _put_into_the_same(report: HazardReport, new: NewReport, now: datetime) -> None:
    """Where whoever reports has said that it is one that they were shown; the desk takes it apart where it is not."""
    if new.same_as is None:
        return
    lead = leading(report.region_code, now).filter(pk=new.same_as, firm="", object__isnull=True).first()
    if lead is not None and report.object_id is None:
        put_into(report, lead, actor=None, now=now)
        report.save(update_fields=["merged_into"])


def _object_of(handed: Handed, now: datetime) -> "SupervisedObject | None":
    return object_of_code(handed.code, now=now) if handed.code else None


def _next_number(region_code: str, now: datetime) -> str:
    """The next number, such as 370213-20261128-R0007: it is the case's number, too, where the duty desk takes it over."""
    day = timezone.localtime(now).strftime("%Y%m%d")
    book = ReportBook.objects.filter(region_code=region_code)
    if not book.filter(day=day).update(last=F("last") + 1):
        ReportBook.objects.get_or_create(region_code=region_code)
        book.exclude(day=day).update(day=day, last=0)
        book.filter(day=day).update(last=F("last") + 1)
    return f"{region_code}-{day}-R{book.values_list('last', flat=True).get():04}"
