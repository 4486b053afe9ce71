"""What is done with one report of a demonstration, each act by its person through the services that pages and programs call."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tocsin.base.ids import deterministic_id, new_id
from tocsin.workshop.demo.firms.cast import credit_code
from tocsin.workshop.demo.public.people import person
from tocsin.workshop.demo.public.pictures import drawn_place
from tocsin.workshop.demo.public.told import Public, Told, written

if TYPE_CHECKING:
    from tocsin.mobilisation.hazard_reports.models import HazardReport
    from tocsin.mobilisation.hazard_reports.services.following import Key
    from tocsin.mobilisation.rewards.models import Reward
    from tocsin.supervision.inspections.models import Inspection

BUDGET = "2240106"


@dataclass
class Desk:
    """One report and those who have to do with it. An act takes the moment at which it is done."""

    public: Public
    told: Told
    _code: str = field(default="", repr=False)  # of the claim, between the reporter's phone and the cashier

    def hand_in(self, now: datetime) -> None:
        """By the phone, or by an operator who writes down what was said."""
        from tocsin.mobilisation.hazard_reports.rules.intake import Channel, Handed, Mode
        from tocsin.mobilisation.hazard_reports.rules.sealing import Identity
        from tocsin.mobilisation.hazard_reports.rules.secrets import hash_of
        from tocsin.mobilisation.hazard_reports.services import receiving

        told = self.told
        handed = Handed(
            kind=told.kind,
            text=told.text,
            region_code="" if told.firm else self.public.cast.region_code,
            code=self._sign() if told.firm else "",
            firm=told.firm_name,
            place=told.place,
            since=told.since,
            lon=told.lon,
            lat=told.lat,
            insider=told.insider,
            danger=told.danger,
        )
        identity = Identity(name=told.name, telephone=told.telephone) if told.name else None
        secret = hash_of(self.public.secret(told.key))
        new = receiving.NewReport(
            id=told.id,
            handed=handed,
            secret_sha256=secret,
            mode=Mode(told.mode),
            channel=Channel(told.channel),
            channel_reference=told.reference,
            language=told.language,
            said_at=now,
            nonce=_worked_for(told.id, secret) if told.channel == "page" else "",
            identity=identity,
        )
        if told.channel == "page":
            receiving.receive_from_public(new=new, now=now)
        else:
            receiving.take_in(actor=person("reports"), new=new, now=now)
        if told.photo:
            self._add_photo(now)

    def _add_photo(self, now: datetime) -> None:
        from tocsin.mobilisation.hazard_reports.services.photos import add_photo

        add_photo(key=self._key(), data=drawn_place(self.told.key), name="photo.jpg", now=now)

    def accept(self, now: datetime) -> None:
        """By the first report officer."""
        from tocsin.mobilisation.hazard_reports.services import handling

        handling.accept(actor=person("reports"), report_id=self.told.id, now=now)

    def refuse(self, now: datetime) -> None:
        """With a reason of the list."""
        from tocsin.mobilisation.hazard_reports.services import handling

        reason, words = self.told.reason, self.told.answer
        handling.refuse(actor=person("reports"), report_id=self.told.id, reason=reason, words=words, now=now)

    def transfer(self, now: datetime) -> None:
        """To a body of another district."""
        from tocsin.mobilisation.hazard_reports.services import moving

        words = "不在本区管辖范围，已整件移送。"
        moving.transfer(actor=person("reports2"), report_id=self.told.id, to=self.told.to, words=words, now=now)

    def merge(self, now: datetime) -> None:
        """Into the report that tells of the same."""
        from tocsin.mobilisation.hazard_reports.services.merging import merge

        lead = next(one for one in written()[0] if one.key == self.told.into)
        into = _report(lead.id).number
        merge(actor=person("reports"), report_id=self.told.id, into=into, words="同一地点同一问题", now=now)

    def assign(self, now: datetime) -> None:
        """To the two inspectors; where the firm is known they get an inspection."""
        from tocsin.mobilisation.hazard_reports.services import handling

        first, second = person("inspector"), person("inspector2")
        handling.assign(actor=person("reports"), report_id=self.told.id, first_id=first.pk, second_id=second.pk, now=now)

    def check(self, now: datetime) -> None:
        """What they found, by the phone; in a firm with its record, the hidden danger and the order to rectify it."""
        from tocsin.mobilisation.hazard_reports.rules.states import ReportState
        from tocsin.mobilisation.hazard_reports.services import checking

        report = _report(self.told.id)
        if report.inspection is not None:
            self._inspect(report.inspection, now)
        verdict = ReportState(self.told.verdict)
        for username in ("inspector", "inspector2"):  # it counts once both have signed
            checking.check(actor=person(username), report_id=report.pk, verdict=verdict, words=self.told.found, now=now)

    def claim_malicious(self, now: datetime) -> None:
        """One of the inspectors says so."""
        from tocsin.mobilisation.hazard_reports.services import checking

        checking.claim_malicious(actor=person("inspector2"), report_id=self.told.id, words=self.told.claim, now=now)

    def confirm_malicious(self, now: datetime) -> None:
        """A second person agrees."""
        from tocsin.mobilisation.hazard_reports.services import checking

        actor, words = person("reports2"), self.told.agree
        checking.decide_malicious(actor=actor, report_id=self.told.id, agreed=True, words=words, now=now)

    def handle(self, now: datetime) -> None:
        """What was done about it; a fine is entered with its finding."""
        from tocsin.mobilisation.hazard_reports.services import checking

        report = _report(self.told.id)
        if self.told.fine and report.inspection is not None:
            self._fine(report.inspection, now)
        else:
            checking.attach(actor=person("inspector"), report_id=report.pk, data=_evidence(), name="整改后.png", now=now)
        checking.handle(actor=person("reports"), report_id=report.pk, words=self.told.done, finding="", now=now)

    def answer(self, now: datetime) -> None:
        """What the reporter reads."""
        from tocsin.mobilisation.hazard_reports.services import handling

        handling.answer(actor=person("reports"), report_id=self.told.id, words=self.told.answer, now=now)

    def gone(self, now: datetime) -> None:
        """The reporter says that it is gone."""
        from tocsin.mobilisation.hazard_reports.rules.states import ReportAct
        from tocsin.mobilisation.hazard_reports.services.following import act_as_reporter

        said = deterministic_id("demonstration gone", self.told.key)
        act_as_reporter(key=self._key(), act_id=said, act=ReportAct.GONE, text="", now=now)

    def close(self, now: datetime) -> None:
        """It is over."""
        from tocsin.mobilisation.hazard_reports.services import handling

        handling.close(actor=person("reports2"), report_id=self.told.id, words="办结归档", now=now)

    def draft_reward(self, now: datetime) -> None:
        """As the loop does it, and the sum that an officer enters where there was a fine."""
        from tocsin.mobilisation.rewards.services.deciding import FindingForm, enter_finding
        from tocsin.mobilisation.rewards.services.drafting import draft_rewards

        draft_rewards(now=now)
        if self.told.fine:
            form = FindingForm(kind="major", fine_yuan=self.told.fine, budget_line=BUDGET, merit=Decimal(1))
            enter_finding(actor=person("reports"), reward_id=self._reward().pk, form=form, now=now)

    def judge(self, now: datetime) -> None:
        """An ordinary hazard: its merit decides the sum."""
        from tocsin.mobilisation.rewards.services.deciding import FindingForm, enter_finding

        form = FindingForm(kind="ordinary", merit=Decimal("0.25"), budget_line=BUDGET)
        enter_finding(actor=person("reports"), reward_id=self._reward().pk, form=form, now=now)

    def propose(self, now: datetime) -> None:
        """The first of two officers."""
        from tocsin.mobilisation.rewards.services.deciding import propose

        propose(actor=person("reports"), reward_id=self._reward().pk, now=now)

    def agree(self, now: datetime) -> None:
        """The second one."""
        from tocsin.mobilisation.rewards.services.deciding import decide

        decide(actor=person("reports2"), reward_id=self._reward().pk, agreed=True, words="", now=now)

    def claim(self, now: datetime) -> None:
        """The reporter asks for it by the secret, and gets the code."""
        from tocsin.mobilisation.rewards.services.paying import claim

        self._code = claim(key=self._key(), reward_id=self._reward().pk, now=now).code

    def pay(self, now: datetime) -> None:
        """The cashier pays against the code, and learns no name."""
        from tocsin.mobilisation.rewards.services.paying import pay

        pay(
            actor=person("cashier"), code=self._code, payment_id=deterministic_id("demonstration payment", self.told.key), now=now
        )

    def _inspect(self, inspection: "Inspection", now: datetime) -> None:
        """Two inspectors go through the list, enter what they found with a photo, and sign; the firm's person signs, too."""
        from tocsin.fieldwork.rules import NewAct
        from tocsin.supervision.inspections.rules.findings import FindingGrade
        from tocsin.supervision.inspections.rules.inspections import InspectionData
        from tocsin.supervision.inspections.services.inspections import enter_inspection

        first, second, text = person("inspector"), person("inspector2"), self.told.found

        def enter(act_name: str, /, *, actor: Any = first, picture: bytes = b"", **data: Any) -> None:
            act = NewAct(new_id(), inspection.pk, act_name, now, InspectionData(**data), device=f"phone of {actor.username}")
            enter_inspection(actor=actor, act=act, picture=picture, name="现场.png" if picture else "")

        items = [one["code"] for one in inspection.check_list.items]
        enter("begin")
        for code in items:
            bad = code == items[0]
            enter("answer", item=code, answer="bad" if bad else "good", text=text if bad else "")
        enter("photo", item=items[0], picture=_evidence())
        enter("finding", item=items[0], text=text, grade=FindingGrade.MAJOR, days=60)
        enter("sign")
        enter("party_sign", name="企业负责人", position="安全总监", strokes="M20 60 L60 30 L90 70 L140 40 L200 55")
        enter("confirm", actor=second)

    def _fine(self, inspection: "Inspection", now: datetime) -> None:
        from tocsin.supervision.inspections.services.penalties import record_penalty

        finding = inspection.findings.order_by("number").first()
        if finding is not None:
            record_penalty(
                actor=person("inspector"),
                finding_id=finding.pk,
                kind="罚款",
                document_number=f"（李沧）应急罚〔{now.year}〕演示{self.told.day}号",
                decided_on=now.date(),
                amount_yuan=Decimal(self.told.fine),
            )

    def _sign(self) -> str:
        """What stands in the code of the firm's plate at the gate."""
        from tocsin.supervision.objects.models import SupervisedObject
        from tocsin.supervision.objects.queries.codes import sign_token
        from tocsin.supervision.objects.services.codes import issue_codes

        found = SupervisedObject.objects.get(credit_code=credit_code(self.told.firm))
        return sign_token(issue_codes(actor=person("supervisor"), object_ids=[found.pk])[0])

    def _key(self) -> "Key":
        from tocsin.mobilisation.hazard_reports.services.following import Key

        return Key(_report(self.told.id).number, self.public.secret(self.told.key))

    def _reward(self) -> "Reward":
        from tocsin.mobilisation.rewards.models import Reward

        return Reward.objects.filter(report_id=self.told.id).order_by("number")[0]


def _report(report_id: UUID) -> "HazardReport":
    from tocsin.mobilisation.hazard_reports.models import HazardReport

    return HazardReport.objects.select_related("inspection__check_list").get(pk=report_id)


def _worked_for(report_id: UUID, secret_sha256: str) -> str:
    """The work that the phone's browser does for one report; `rules.intake.is_worked_for` says what it is."""
    from tocsin.mobilisation.hazard_reports.policy.reports import report_policy

    limit = 1 << (64 - report_policy().intake.work_bits)
    begun = hashlib.sha256(f"{report_id}.{secret_sha256}.".encode())
    for one in count():
        tried = begun.copy()
        tried.update(b"%d" % one)
        if int.from_bytes(tried.digest()[:8]) < limit:
            return str(one)
    raise AssertionError


def _evidence() -> bytes:
    return drawn_place("mended", size=(320, 240))
