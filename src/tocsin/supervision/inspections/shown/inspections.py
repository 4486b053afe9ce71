"""Inspections and check lists as people and programs read them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.fieldwork.shown import ActEntryOut
from tocsin.supervision.inspections.models import (
    CheckList,
    Inspection,
    InspectionEntry,
    InspectorCard,
)
from tocsin.supervision.inspections.rules.checklists import Answer, Item, Said, is_unsettled, read_items
from tocsin.supervision.inspections.rules.inspections import InspectionAct, InspectionSource, InspectionState, InspectionVerdict
from tocsin.supervision.objects.policy.register import reads_chinese, trade_name
from tocsin.supervision.objects.shown import KIND_NAMES

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

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


class InspectorCardOut(Schema):
    """An inspector with the law-enforcement card (执法证)."""

    person_id: UUID
    person: str
    organisation: str
    number: str = Field(description="empty: none was entered")
    valid_until: date | None


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


def describe_card(person: "User", card: InspectorCard | None) -> InspectorCardOut:
    """One inspector with the card, where one was entered."""
    return InspectorCardOut(
        person_id=person.pk,
        person=str(person),
        organisation=str(person.organisation or ""),
        number=card.number if card else "",
        valid_until=card.valid_until if card else None,
    )


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
