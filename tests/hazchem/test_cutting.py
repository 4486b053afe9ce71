"""Pipes, bunds and buildings cut the units of a firm; equipment goes out of service and comes back."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clocks import stand_at
from tests.hazchem.plants import make_plant
from tests.languages import english as english
from tests.people import signed_in
from tests.supervision.firms import NOW
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.engine.major_hazard import UnitKind
from tocsin.hazchem.installations.models import PlantEquipment, PlantJoint, PlantUnit
from tocsin.hazchem.installations.queries.cutting import cut_firm, differs_from_cut
from tocsin.hazchem.installations.rules.kinds import EquipmentKind
from tocsin.hazchem.installations.rules.sheets import EquipmentSheet, HeldSheet, UnitSheet
from tocsin.hazchem.installations.services import joints, units
from tocsin.hazchem.installations.services.cutting import take_over_cut
from tocsin.hazchem.installations.shown.waiting import outages_over
from tocsin.jurisdiction.people.models import User
from tocsin.supervision.objects.models import SupervisedObject


def make_unit(actor: User, firm: SupervisedObject, name: str, kind: UnitKind, tags: str, **told: str) -> PlantUnit:
    """A unit whose equipment holds 3 t of chlorine each: Q is 5 t."""
    unit = units.enter_unit(actor=actor, object_id=firm.pk, sheet=UnitSheet(name=name, kind=kind, people=60), now=NOW)
    for tag in tags.split():
        sheet = EquipmentSheet(tag=tag, kind=EquipmentKind.TANK, **told)
        made = units.enter_equipment(actor=actor, unit_id=unit.pk, sheet=sheet)
        units.hold(actor=actor, equipment_id=made.pk, sheet=HeldSheet(substance="氯", design_t=3.0), now=NOW)
    return unit


def join(actor: User, source: str, target: str, *, isolating: bool) -> PlantJoint:
    ends = {one.tag: one.pk for one in PlantEquipment.objects.filter(tag__in=[source, target])}
    return joints.enter_joint(actor=actor, source_id=ends[source], target_id=ends[target], isolating=isolating)


def as_cut(firm: SupervisedObject) -> dict[str, str]:
    return {" ".join(one.tag for one in cut.equipment): cut.assessment.design.grade for cut in cut_firm(firm.pk)}  # type: ignore[union-attr]  # chlorine is always judged


@pytest.mark.django_db
def test_what_nobody_has_told_parts_nothing() -> None:
    firm, officer, _keeper = make_plant()
    unit = make_unit(officer, firm, "Synthesis", UnitKind.PRODUCTION, "R-1 R-2")
    make_unit(officer, firm, "Bund", UnitKind.STORAGE, "V-1 V-2")
    assert as_cut(firm) == {"R-1 R-2": "IV", "V-1 V-2": "IV"}
    assert not differs_from_cut(unit)
    with pytest.raises(Conflict, match="as the standard"):
        take_over_cut(actor=officer, object_id=firm.pk, now=NOW)


@pytest.mark.django_db
def test_an_isolating_valve_parts_a_production_unit_and_a_pipe_without_one_joins_two() -> None:
    firm, officer, _keeper = make_plant()
    unit = make_unit(officer, firm, "Synthesis", UnitKind.PRODUCTION, "R-1 R-2")
    pipe = join(officer, "R-1", "R-2", isolating=True)
    assert set(as_cut(firm)) == {"R-1", "R-2"} and differs_from_cut(unit)
    assert set(as_cut(firm).values()) == {""}, "3 t of 5 t each is no major hazard"
    take_over_cut(actor=officer, object_id=firm.pk, now=NOW)
    assert sorted(PlantUnit.objects.filter(active=True).values_list("grade", flat=True)) == ["", ""]
    joints.enter_joint(actor=officer, source_id=pipe.source_id, target_id=pipe.target_id, isolating=False)
    assert PlantJoint.objects.count() == 1
    take_over_cut(actor=officer, object_id=firm.pk, now=NOW)
    left = PlantUnit.objects.get(active=True)
    assert left.grade and left.equipment.count() == 2
    assert not differs_from_cut(left)


@pytest.mark.django_db
def test_tanks_of_two_bunds_are_two_units_and_a_pipe_that_nothing_parts_is_told(english: None) -> None:
    firm, officer, _keeper = make_plant()
    make_unit(officer, firm, "Tank farm", UnitKind.STORAGE, "V-1 V-2", bund="north")
    south = PlantEquipment.objects.get(tag="V-2")
    units.change_equipment(
        actor=officer, equipment_id=south.pk, sheet=EquipmentSheet(tag="V-2", kind=EquipmentKind.TANK, bund="south")
    )
    join(officer, "V-1", "V-2", isolating=False)
    assert set(as_cut(firm)) == {"V-1", "V-2"}
    page = signed_in(officer).get(f"/plants/of/{firm.pk}/cut/").content.decode()
    assert "no isolating valve" in page and "2 differ" in page
    answer = signed_in(officer).post(f"/plants/of/{firm.pk}/cut/", follow=True)
    assert "cut anew" in answer.content.decode()
    assert set(PlantUnit.objects.filter(active=True).values_list("equipment__bund", flat=True)) == {"north", "south"}


@pytest.mark.one_database
@pytest.mark.django_db
@settings(max_examples=25)
@given(
    bunds=st.lists(st.sampled_from(["", "a", "b"]), min_size=6, max_size=6),
    pipes=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.booleans()), max_size=6),
)
def test_taking_over_a_cut_loses_nothing_and_leaves_nothing_to_cut(bunds: list[str], pipes: list[tuple[int, int, bool]]) -> None:
    PlantUnit.objects.all().delete()
    firm = SupervisedObject.objects.filter(name="Cut firm").first()
    firm, officer = (firm, User.objects.get(username="officer-cut-firm")) if firm else make_plant("Cut firm", "cut-firm")[:2]
    make_unit(officer, firm, "Synthesis", UnitKind.PRODUCTION, "R-0 R-1 R-2")
    make_unit(officer, firm, "Bund", UnitKind.STORAGE, "V-3 V-4 V-5")
    rows = list(PlantEquipment.objects.order_by("tag"))
    for row, bund in zip(rows, bunds, strict=True):
        PlantEquipment.objects.filter(pk=row.pk).update(bund=bund)
    for one, other, isolating in pipes:
        if one != other:
            PlantJoint.objects.update_or_create(source=rows[one], target=rows[other], defaults={"isolating": isolating})
    before = {frozenset(part.tag for part in cut.equipment) for cut in cut_firm(firm.pk)}
    if any(one.differs for one in cut_firm(firm.pk)):
        take_over_cut(actor=officer, object_id=firm.pk, now=NOW)
    after = cut_firm(firm.pk)
    assert sorted(part.tag for cut in after for part in cut.equipment) == [one.tag for one in rows]
    assert {frozenset(part.tag for part in cut.equipment) for cut in after} == before
    assert not any(one.differs for one in after)


@pytest.mark.django_db
def test_a_pipe_joins_two_pieces_of_one_firm() -> None:
    firm, officer, keeper = make_plant()
    make_unit(officer, firm, "Bund", UnitKind.STORAGE, "V-1")
    one = PlantEquipment.objects.get(tag="V-1")
    with pytest.raises(InvalidInput, match="another one"):
        joints.enter_joint(actor=officer, source_id=one.pk, target_id=one.pk, isolating=True)
    other_firm, stranger, _other = make_plant("Other firm", "plant-b")
    make_unit(stranger, other_firm, "Bund", UnitKind.STORAGE, "V-9")
    other = PlantEquipment.objects.get(tag="V-9")
    with pytest.raises(PlantEquipment.DoesNotExist):
        joints.enter_joint(actor=officer, source_id=one.pk, target_id=other.pk, isolating=True)
    assert not PlantJoint.objects.exists()
    del keeper


@pytest.mark.django_db
def test_equipment_is_out_of_service_until_a_moment_and_waits_when_it_has_passed(
    english: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_at(monkeypatch, NOW)
    firm, officer, _keeper = make_plant()
    unit = make_unit(officer, firm, "Bund", UnitKind.STORAGE, "V-1")
    one, do = PlantEquipment.objects.get(tag="V-1"), f"/plants/{unit.pk}/do/"
    for until, reason, word in (
        (NOW - timedelta(hours=1), "repair", "ahead"),
        (NOW + timedelta(days=800), "repair", "730"),
        (NOW + timedelta(hours=1), " ", "why"),
    ):
        with pytest.raises(InvalidInput, match=word):
            joints.take_out_of_service(actor=officer, equipment_id=one.pk, until=until, reason=reason, now=NOW)
    joints.take_out_of_service(
        actor=officer, equipment_id=one.pk, until=NOW + timedelta(hours=8), reason="inspection of the shell", now=NOW
    )
    browser = signed_in(officer)
    assert "inspection of the shell" in browser.get(f"/plants/{unit.pk}/").content.decode()
    assert not outages_over(officer, NOW) and outages_over(officer, NOW + timedelta(hours=8)) == [one]
    browser.post(f"{do}in-service/", {"equipment": one.pk})
    one.refresh_from_db()
    assert (one.out_since, one.out_until, one.out_reason) == (None, None, "")
