"""Inspections, check lists, draws and signs of gaming as people and programs read them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.fieldwork.shown import ActEntryOut
from tocsin.supervision.inspections.models import CheckList, Draw, GamingSign, Inspection, InspectionEntry, LegalDocument
from tocsin.supervision.inspections.rules.checklists import Answer, Item, Said, is_unsettled, read_items
from tocsin.supervision.inspections.rules.gaming import GamingKind, GamingState
from tocsin.supervision.inspections.rules.inspections import InspectionAct, InspectionSource, InspectionState, InspectionVerdict
from tocsin.supervision.objects.policy.register import reads_chinese, trade_name
from tocsin.supervision.objects.shown import KIND_NAMES

STATE_NAMES = {
    InspectionState.PLANNED: pgettext_lazy("state of an inspection", "planned"),
    InspectionState.OPEN: pgettext_lazy("state of an inspection", "under way"),
    InspectionState.SIGNED: pgettext_lazy("state of an inspection", "signed, to be confirmed"),
    InspectionState.CONFIRMED: pgettext_lazy("state of an inspection", "confirmed by two"),
}
STATE_CLASSES = {InspectionState.OPEN: "warn", InspectionState.SIGNED: "warn", InspectionState.CONFIRMED: "good"}
SOURCE_NAMES = {
    InspectionSource.DRAW: pgettext_lazy("reason of an inspection", "random draw"),
    InspectionSource.SCAN: pgettext_lazy("reason of an inspection", "code scanned"),
    InspectionSource.COLOUR: pgettext_lazy("reason of an inspection", "colour of the code"),
    InspectionSource.EPISODE: pgettext_lazy("reason of an inspection", "suspicion in its work"),
    InspectionSource.REPORT: pgettext_lazy("reason of an inspection", "report"),
    InspectionSource.HAND: pgettext_lazy("reason of an inspection", "by hand"),
}
ANSWER_NAMES = {
    Answer.GOOD: pgettext_lazy("answer to an item", "in order"),
    Answer.BAD: pgettext_lazy("answer to an item", "defect"),
    Answer.NOT_APPLICABLE: pgettext_lazy("answer to an item", "not applicable"),
}
ACT_NAMES = {
    InspectionAct.OPEN: pgettext_lazy("act in an inspection", "opened on the phone"),
    InspectionAct.BEGIN: pgettext_lazy("act in an inspection", "begun"),
    InspectionAct.ANSWER: pgettext_lazy("act in an inspection", "item answered"),
    InspectionAct.FINDING: pgettext_lazy("act in an inspection", "hidden danger found"),
    InspectionAct.NOTE: pgettext_lazy("act in an inspection", "note"),
    InspectionAct.PHOTO: pgettext_lazy("act in an inspection", "photo"),
    InspectionAct.SIGN: pgettext_lazy("act in an inspection", "signed"),
    InspectionAct.CONFIRM: pgettext_lazy("act in an inspection", "confirmed by the second inspector"),
    InspectionAct.PARTY_SIGN: pgettext_lazy("act in an inspection", "signed by the firm's person"),
    InspectionAct.PARTY_REFUSE: pgettext_lazy("act in an inspection", "the firm's person does not sign"),
    InspectionAct.REOPEN: pgettext_lazy("act in an inspection", "sent back by the second inspector"),
}
CONFLICTS = {
    InspectionVerdict.ALREADY: pgettext_lazy("conflict", "that step was taken before"),
    InspectionVerdict.ENDED: pgettext_lazy("conflict", "the inspection was signed: kept, without effect"),
    InspectionVerdict.NOT_BEGUN: pgettext_lazy("conflict", "the inspection has not come so far: kept, without effect"),
    InspectionVerdict.DIFFERS: pgettext_lazy(
        "conflict", "the other inspector answers otherwise: the stricter answer stands until both say the same"
    ),
    InspectionVerdict.ONE_PERSON: pgettext_lazy("conflict", "who signed first can't confirm"),
    InspectionVerdict.BESIDE: pgettext_lazy(
        "conflict", "another inspection of this object was under way: see whether both are needed"
    ),
    InspectionVerdict.NO_SECOND: pgettext_lazy("conflict", "the second inspector may not inspect here: name another one"),
}
DOCUMENT_NAMES = {
    "inspection_record": pgettext_lazy("legal paper", "record of on-site inspection"),
    "rectification_order": pgettext_lazy("legal paper", "order to rectify within a limit"),
    "recheck_opinion": pgettext_lazy("legal paper", "opinion on the re-check"),
    "case_filing": pgettext_lazy("legal paper", "approval to file a case"),
    "penalty_notice": pgettext_lazy("legal paper", "notice of an intended penalty"),
    "penalty_decision": pgettext_lazy("legal paper", "decision on a penalty"),
    "stop_order": pgettext_lazy("legal paper", "decision on measures on the spot"),
    "other": pgettext_lazy("legal paper", "other paper"),
}
DIRECTION_NAMES = {
    "in": pgettext_lazy("direction of a document", "from the law-enforcement system"),
    "out": pgettext_lazy("direction of a document", "for the law-enforcement system"),
}
GAMING_NAMES = {
    GamingKind.BULK: pgettext_lazy("sign of gaming", "many tasks ticked off within minutes, late at night"),
    GamingKind.SAME_PHOTO: pgettext_lazy("sign of gaming", "the same photo as before"),
    GamingKind.IMPOSSIBLE_TRAVEL: pgettext_lazy("sign of gaming", "two places that nobody reaches in that time"),
}
GAMING_STATE_NAMES = {
    GamingState.OPEN: pgettext_lazy("state of a sign", "waits for a person"),
    GamingState.CONFIRMED: pgettext_lazy("state of a sign", "confirmed"),
    GamingState.DISMISSED: pgettext_lazy("state of a sign", "dismissed"),
}


class DrawOut(Schema):
    """A random draw (双随机)."""

    id: UUID
    name: str
    region_code: str
    made_at: datetime
    made_by: str
    commitment: str = Field(description="SHA-256 of the seed, published before the draw")
    candidates_sha256: str = Field(description="SHA-256 of the candidates, published before the draw")
    seed: str = Field(description="published with the result, empty before")
    drawn_at: datetime | None
    terms: dict[str, object] = Field(description="trades, count, weights by colour, what the witness said")
    objects: int
    inspectors: int
    drawn: int


class GamingSignOut(Schema):
    """Something that looks like gaming."""

    id: UUID
    object_id: UUID
    object_name: str
    kind: str = Field(description="bulk, same_photo or impossible_travel")
    kind_name: str
    at: datetime
    evidence: dict[str, object]
    state: str = Field(description="open, confirmed or dismissed")
    state_name: str
    decided_at: datetime | None
    decided_by: str
    words: str


class CheckListVersionOut(Schema):
    code: str
    version: int
    name: str
    words: dict[str, str]
    trades: list[str]
    kinds: list[str]
    items: list[dict[str, object]]
    effective_from: date | None
    made_by: str
    shipped: bool

    @property
    def trade_names(self) -> list[str]:
        """Its trades in words."""
        return [trade_name(one) for one in self.trades]

    @property
    def kind_names(self) -> list[str]:
        """Its kinds of objects in words."""
        return [str(name) for kind, name in KIND_NAMES.items() if kind.value in self.kinds]


class DrawDetailOut(DrawOut):
    candidates: dict[str, object] = Field(
        description="objects [[id, weight, organisation]], inspectors [[id, organisation, [barred]]]"
    )
    result: dict[str, object] = Field(description="drawn [[object, [inspectors]]], in the order drawn")
    verified: dict[str, bool] = Field(description="whether seed, candidates and result agree with what was published")


class InspectionOut(Schema):
    """One visit of two inspectors to one object."""

    id: UUID
    number: str
    object_id: UUID
    object_name: str
    object_code: str
    region_code: str
    check_list: str
    check_list_version: int
    check_list_name: str
    state: str = Field(description="planned, open, signed or confirmed")
    state_name: str
    source: str
    source_name: str
    first_inspector: str
    second_inspector: str
    planned_for: date | None
    opened_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    confirmed_at: datetime | None
    party: str = Field(description="who of the firm signed, or refused to sign; empty: nobody yet")
    party_refused: bool
    party_at: datetime | None
    answered: int
    unsettled: int = Field(description="items that the two inspectors answer differently")
    items: int
    findings: int
    version: int

    @property
    def state_class(self) -> str:
        """How a page marks the state."""
        return STATE_CLASSES.get(InspectionState(self.state), "")


class LegalDocumentOut(Schema):
    id: UUID
    number: str
    kind: str
    kind_name: str
    direction: str = Field(description="in: from the law-enforcement system; out: for it")
    at: datetime
    title: str
    object_id: UUID
    object_name: str
    finding_number: str
    inspection_number: str

    @property
    def direction_name(self) -> str:
        """The direction in words."""
        return str(DIRECTION_NAMES[self.direction])


class DocumentLine(LegalDocumentOut):
    """The same as pages show it: with ways to what it belongs to."""

    finding_id: UUID | None
    inspection_id: UUID | None

    @property
    def paper(self) -> str:
        """The name under which it is printed here; empty for what came from elsewhere."""
        return self.kind if self.direction == "out" else ""

    @property
    def paper_of(self) -> UUID | None:
        """What it is printed of."""
        return self.finding_id or self.inspection_id


class ItemAnswerOut(Schema):
    """What one inspector answered."""

    by: str
    answer: str
    answer_name: str
    text: str


class CheckItemOut(Schema):
    code: str
    text: str
    evidence: str
    article: str = Field(description="empty where no article is known for certain")
    confidence: str
    proof: str = Field(description="what a defect needs before anybody signs: photo, words, or nothing")
    major: bool
    answer: str
    answer_name: str
    answer_text: str
    answered_by: str
    each: list[ItemAnswerOut] = Field(description="what each inspector says, where they do not say the same: to be settled")
    photos: list[UUID] = Field(description="attachments that show this item")


class PhoneListOut(Schema):
    code: str
    version: int
    name: str
    items: list[CheckItemOut]


def describe_inspection(inspection: Inspection) -> InspectionOut:
    """One inspection without another query: its relations are loaded."""
    state = InspectionState(inspection.state)
    return InspectionOut(
        id=inspection.pk,
        number=inspection.number,
        object_id=inspection.object_id,
        object_name=inspection.object.name,
        object_code=inspection.object.code,
        region_code=inspection.region_code,
        check_list=inspection.check_list.code,
        check_list_version=inspection.check_list.version,
        check_list_name=name_of_list(inspection.check_list),
        state=inspection.state,
        state_name=str(STATE_NAMES[state]),
        source=inspection.source,
        source_name=str(SOURCE_NAMES[InspectionSource(inspection.source)]),
        first_inspector=str(inspection.first_inspector),
        second_inspector=str(inspection.second_inspector or ""),
        planned_for=inspection.planned_for,
        opened_at=inspection.opened_at,
        began_at=inspection.began_at,
        ended_at=inspection.ended_at,
        confirmed_at=inspection.confirmed_at,
        party=inspection.party.get("witness") or inspection.party.get("name", ""),
        party_refused=bool(inspection.party.get("refused")),
        party_at=inspection.party_at,
        answered=len(inspection.answers),
        unsettled=sum(is_unsettled(one.get("each", {})) for one in inspection.answers.values()),
        items=len(inspection.check_list.items),
        findings=getattr(inspection, "finding_count", 0),
        version=inspection.version,
    )


def words_of_items(inspection: Inspection) -> dict[str, str]:
    """What each item of the inspection's list asks, by code, in the reader's language."""
    return {one.code: one.zh if reads_chinese() else one.en for one in read_items(inspection.check_list.items)}


def describe_items(inspection: Inspection, entries: Iterable[InspectionEntry] = ()) -> list[CheckItemOut]:
    """Each item of the list with its answer, in the reader's language; with the photos that these entries brought for it."""
    photos: dict[str, list[str]] = {}
    for entry in entries:
        if entry.act == InspectionAct.PHOTO and entry.data.get("item"):
            photos.setdefault(entry.data["item"], []).append(entry.data["attachment"])
    return [
        _item(item, inspection.answers.get(item.code, {}), photos.get(item.code, ()))
        for item in read_items(inspection.check_list.items)
    ]


def _item(item: Item, answer: Mapping[str, Any], photos: Iterable[str] = ()) -> CheckItemOut:
    each: Mapping[str, Said] = answer.get("each", {})
    return CheckItemOut(
        **item.told(reads_chinese()),
        answer=answer.get("answer", ""),
        answer_name=str(ANSWER_NAMES[Answer(answer["answer"])]) if answer else "",
        answer_text=answer.get("text", ""),
        answered_by=answer.get("by", ""),
        each=[
            ItemAnswerOut(
                by=one["by"], answer=one["answer"], answer_name=str(ANSWER_NAMES[Answer(one["answer"])]), text=one["text"]
            )
            for one in each.values()
        ]
        if is_unsettled(each)
        else [],
        photos=list(map(UUID, photos)),
    )


class InspectionLine(ActEntryOut):
    """One entry as pages show it: with the words of the item that it is about."""

    item_text: str = ""


def describe_inspection_entry(entry: InspectionEntry, items: Mapping[str, str] | None = None) -> InspectionLine:
    """One entry, with its conflict in words; its actor is loaded. `items`: the words of the list's items by code."""
    code = entry.data.get("item", "")
    conflict = CONFLICTS.get(InspectionVerdict(entry.verdict), "") if entry.verdict else ""
    name = ACT_NAMES[InspectionAct(entry.act)]
    return InspectionLine.of(entry, name=name, conflict=conflict, item_text=(items or {}).get(code, code))


def describe_list(check_list: CheckList) -> CheckListVersionOut:
    """One version of a check list."""
    return CheckListVersionOut(
        code=check_list.code,
        version=check_list.version,
        name=name_of_list(check_list),
        words=check_list.words,
        trades=list(check_list.trades),
        kinds=list(check_list.kinds),
        items=list(check_list.items),
        effective_from=check_list.effective_from,
        made_by=str(check_list.made_by or "") if check_list.made_by_id else "",
        shipped=check_list.made_by_id is None,
    )


def describe_list_for_phone(check_list: CheckList) -> PhoneListOut:
    """A list with its items in the reader's language, none of them answered."""
    items = [_item(one, {}) for one in read_items(check_list.items)]
    return PhoneListOut(code=check_list.code, version=check_list.version, name=name_of_list(check_list), items=items)


def name_of_list(check_list: CheckList) -> str:
    """The list's name in the reader's language."""
    return str(check_list.words.get("zh" if reads_chinese() else "en", check_list.code))


def describe_draw(draw: Draw) -> DrawOut:
    """One draw; the seed is empty until it is made."""
    return DrawOut(
        id=draw.pk,
        name=draw.name,
        region_code=draw.region_code,
        made_at=draw.made_at,
        made_by=str(draw.made_by),
        commitment=draw.commitment,
        candidates_sha256=draw.candidates_sha256,
        seed=draw.seed,
        drawn_at=draw.drawn_at,
        terms=draw.terms,
        objects=len(draw.candidates.get("objects", ())),
        inspectors=len(draw.candidates.get("inspectors", ())),
        drawn=len(draw.result.get("drawn", ())),
    )


def describe_sign(gaming_sign: GamingSign) -> GamingSignOut:
    """One sign of gaming; its relations are loaded."""
    return GamingSignOut(
        id=gaming_sign.pk,
        object_id=gaming_sign.object_id,
        object_name=gaming_sign.object.name,
        kind=gaming_sign.kind,
        kind_name=str(GAMING_NAMES[GamingKind(gaming_sign.kind)]),
        at=gaming_sign.at,
        evidence=gaming_sign.evidence,
        state=gaming_sign.state,
        state_name=str(GAMING_STATE_NAMES[GamingState(gaming_sign.state)]),
        decided_at=gaming_sign.decided_at,
        decided_by=str(gaming_sign.decided_by or "") if gaming_sign.decided_by_id else "",
        words=gaming_sign.words,
    )


def describe_document(legal_document: LegalDocument) -> DocumentLine:
    """One legal document; its relations are loaded."""
    return DocumentLine(
        id=legal_document.pk,
        number=legal_document.number,
        kind=legal_document.kind,
        kind_name=str(DOCUMENT_NAMES.get(legal_document.kind, legal_document.kind)),
        direction=legal_document.direction,
        at=legal_document.at,
        title=str(legal_document.content.get("title", "")),
        object_id=legal_document.object_id,
        object_name=legal_document.object.name,
        finding_id=legal_document.finding_id,
        finding_number=legal_document.finding.number if legal_document.finding else "",
        inspection_id=legal_document.inspection_id,
        inspection_number=legal_document.inspection.number if legal_document.inspection else "",
    )
