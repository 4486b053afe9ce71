"""Requisitions of a demonstration: one in use, one that waits for its signature, one whose compensation is claimed."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

if TYPE_CHECKING:
    from tocsin.jurisdiction.people.models import User
    from tocsin.supplies.requisitions.models import Requisition

_USED_AT: Final = "四流中路北段抢修现场"
_MACHINE: Final = ("machine", "挖掘机（斗容0.9立方米）鲁B-工0521", "台", 1)
_PLACE: Final = ("place", "材料堆场，约1200平方米，北门进出", "处", 1)
_TRUCK: Final = ("vehicle", "自卸货车 鲁B-8U602", "辆", 2)


def settle_requisitions(region_code: str, now: datetime) -> "list[Requisition]":
    """Each as far as it is, through the services of the pages."""
    from tocsin.jurisdiction.people.queries import person_by_username

    officer, signer = person_by_username("store"), person_by_username("supplies")
    if officer is None or signer is None:
        raise LookupError("the demonstration has nobody who drafts and signs requisitions")
    return [
        _claimed(officer, signer, region_code, now - timedelta(days=6)),
        _in_use(officer, signer, region_code, now - timedelta(hours=5)),
        _asked(officer, region_code, now),
    ]


def _draft(by: "User", region_code: str, now: datetime, line: tuple[str, str, str, int], **facts: Any) -> "Requisition":
    from tocsin.supplies.requisitions.rules.states import Property
    from tocsin.supplies.requisitions.services.drafting import NewRequisition, draft_requisition, set_requisition_line

    told = {"region_code": region_code, "place": _USED_AT, "basis": "response_law", "ends_at": now + timedelta(days=3)}
    made = draft_requisition(actor=by, new=NewRequisition(**told | facts), now=now)  # type: ignore[arg-type]
    kind, words, unit, units = line
    set_requisition_line(
        actor=by,
        requisition_id=made.pk,
        kind=Property(kind),
        words=words,
        unit=unit,
        quantity=Decimal(units),
        now=now,
    )
    return made


def _sign(by: "User", signer: "User", made: "Requisition", now: datetime) -> None:
    from tocsin.supplies.requisitions.services.answering import answer_requisition
    from tocsin.supplies.requisitions.services.drafting import ask_for_signature, decide_requisition

    ask_for_signature(actor=by, requisition_id=made.pk, now=now)
    decide_requisition(actor=signer, requisition_id=made.pk, approved=True, now=now + timedelta(minutes=9))
    said = {"will": True, "said_by": "值班调度，电话"}
    answer_requisition(actor=by, requisition_id=made.pk, now=now + timedelta(minutes=25), **said)  # type: ignore[arg-type]


def _list(
    by: "User", signer: "User", made: "Requisition", kind: str, now: datetime, condition: str, whole: int, damaged: int = 0
) -> None:
    from tocsin.supplies.requisitions.rules.states import ListKind
    from tocsin.supplies.requisitions.services.lists import NewRow, sign_list, write_list

    rows = [NewRow(line_id=made.lines.get().pk, condition=condition, whole=whole, damaged=damaged)]
    written = write_list(actor=by, requisition_id=made.pk, kind=ListKind(kind), rows=rows, now=now)
    sign_list(actor=signer, list_id=written.pk, said_by="现场负责人，纸质签字", now=now + timedelta(minutes=12))


def _in_use(by: "User", signer: "User", region_code: str, now: datetime) -> "Requisition":
    """The heating company's excavator digs where the rain sewer broke."""
    made = _draft(by, region_code, now, _MACHINE, owner_id=_body("heating_company", region_code), purpose="雨水管塌陷抢修")
    _sign(by, signer, made, now)
    _list(by, signer, made, "hand_over", now + timedelta(minutes=70), "完好，油箱约七成，随车驾驶员一名", 1000)
    return made


def _asked(by: "User", region_code: str, now: datetime) -> "Requisition":
    """A yard for spoil and pipes waits for the second person."""
    from tocsin.supplies.requisitions.services.drafting import ask_for_signature

    facts = {"owner_name": "王建国（个体，建材堆场）", "owner_telephone": "0532-5550132", "purpose": "抢修堆放管材和渣土"}
    made = _draft(by, region_code, now, _PLACE, **facts)
    return ask_for_signature(actor=by, requisition_id=made.pk, now=now)


def _claimed(by: "User", signer: "User", region_code: str, now: datetime) -> "Requisition":
    """Two lorries came back, one with a broken side board; its owner claims."""
    from tocsin.supplies.requisitions.rules.states import Damage
    from tocsin.supplies.requisitions.services.claims import NewSum, claim_compensation

    owner = _body("water_company", region_code)
    made = _draft(by, region_code, now, _TRUCK, owner_id=owner, purpose="冻雨期间运送融雪剂", ends_at=now + timedelta(days=2))
    _sign(by, signer, made, now)
    _list(by, signer, made, "hand_over", now + timedelta(hours=2), "完好", 2000)
    _list(by, signer, made, "return", now + timedelta(days=2), "一辆右侧栏板变形", 1000, 1000)
    line = made.lines.get()
    sums = [
        NewSum(kind=Damage.USE, yuan=Decimal(3600), line_id=line.pk, words="两辆各两天"),
        NewSum(kind=Damage.DAMAGED, yuan=Decimal("1850.50"), line_id=line.pk, words="栏板更换"),
        NewSum(kind=Damage.OTHER, yuan=Decimal(420), words="燃油"),
    ]
    at, said = now + timedelta(days=3), "车队队长，电话"
    claim_compensation(actor=by, requisition_id=made.pk, sums=sums, text="附维修报价", said_by=said, now=at)
    return made


def _body(code: str, region_code: str) -> UUID:
    from tocsin.jurisdiction.bodies.queries import organisation_by_code

    found = organisation_by_code(code, region_code)
    if found is None:
        raise LookupError(f"the demonstration has no body {code}")
    return found.pk
