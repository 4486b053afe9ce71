"""A requisition that has come so far: drafted, signed, handed over."""

from datetime import timedelta
from decimal import Decimal

from tests.people import LICANG, make_person
from tests.supplies.requests import approved, desk, request_for
from tests.supplies.stores import NOW, head, item, received, store
from tests.usual_bodies import usual_bodies
from tocsin.jurisdiction.people.models import User
from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.requests.models import SupplyRequest
from tocsin.supplies.requests.services.requests import ask, decide
from tocsin.supplies.requisitions.models import Requisition, RequisitionLine
from tocsin.supplies.requisitions.rules.states import ListKind, Property
from tocsin.supplies.requisitions.services import drafting, lists
from tocsin.supplies.requisitions.services.drafting import NewRequisition
from tocsin.supplies.requisitions.services.lists import NewRow
from tocsin.supplies.stock.models import Holding, Store
from tocsin.supplies.stock.rules.lots import Level, Reserve

END = NOW + timedelta(days=5)


def owner_person() -> User:
    """Somebody at the desk of the gas company."""
    return make_person("unit_desk", LICANG, organisation="gas_company")


def wanting(units: int = 100, *, planned: bool = True) -> tuple[User, User, SupplyRequest, Item]:
    """An officer, a second person, and an approved request of quilts for 400 people, of which the county has only so many."""
    by, lead = desk(), head()
    quilt = item(lead, "棉被")
    received(lead, store(), quilt, units)
    made = request_for(by)
    if planned:
        approved(by, lead, made)
    else:
        ask(actor=by, request_id=made.pk, now=NOW)
        decide(actor=lead, request_id=made.pk, approved=True, now=NOW)
    return by, lead, made, quilt


def own_lot(lead: User, quilt: Item, units: int = 500) -> Holding:
    """The gas company's own quilts in its yard, in the ledger as social reserve that nobody plans with by itself."""
    yard = store("燃气公司库", body="gas_company", level=Level.FIRM)
    return received(lead, yard, quilt, units, "GAS-1", reserve=Reserve.SOCIAL)


def drafted(by: User, made: SupplyRequest | None = None, **facts: object) -> Requisition:
    """A draft on the gas company."""
    told: dict[str, object] = {"owner_id": usual_bodies(LICANG)["gas_company"].pk, "basis": "response_law", "ends_at": END}
    if made is None:
        told |= {"region_code": LICANG, "purpose": "抢修", "place": "石牛山路"}
    else:
        told |= {"request_id": made.pk}
    return drafting.draft_requisition(actor=by, new=NewRequisition(**told | facts), now=NOW)  # type: ignore[arg-type]


def machine(by: User, requisition: Requisition, words: str = "挖掘机 鲁B-01234", units: int = 1) -> RequisitionLine:
    """A line that no catalogue has."""
    facts = {"kind": Property.MACHINE, "words": words, "unit": "台", "quantity": Decimal(units)}
    line = drafting.set_requisition_line(actor=by, requisition_id=requisition.pk, now=NOW, **facts)  # type: ignore[arg-type]
    assert line is not None
    return line


def signed(by: User, lead: User, requisition: Requisition) -> Requisition:
    """Asked for and signed by the other."""
    drafting.ask_for_signature(actor=by, requisition_id=requisition.pk, now=NOW)
    return drafting.decide_requisition(actor=lead, requisition_id=requisition.pk, approved=True, now=NOW)


def handed_over(by: User, owner: User, requisition: Requisition, amount: int, where: Store | None = None) -> RequisitionLine:
    """So many thousandths of its first line, signed by the owner."""
    line = requisition.lines.get(place=1)
    made = lists.write_list(
        actor=by,
        requisition_id=requisition.pk,
        kind=ListKind.HAND_OVER,
        rows=[NewRow(line_id=line.pk, whole=amount, condition="完好")],
        store_id=where.pk if where else None,
        now=NOW,
    )
    lists.sign_list(actor=owner, list_id=made.pk, now=NOW)
    line.refresh_from_db()
    return line


def given_back(by: User, owner: User, line: RequisitionLine, **counts: int) -> None:
    """A return list, signed by the owner."""
    rows = [NewRow(line_id=line.pk, **counts)]
    kind = ListKind.RETURN
    made = lists.write_list(actor=by, requisition_id=line.requisition_id, kind=kind, rows=rows, now=NOW)
    lists.sign_list(actor=owner, list_id=made.pk, now=NOW)
