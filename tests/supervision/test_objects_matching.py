"""Records of platforms, the queue for the unsure, and merges that are undone without a trace."""

import random
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import models

from tests.jurisdiction.rows import _row_of
from tests.languages import english as english
from tests.people import LICANG, make_named_person
from tests.supervision.firms import make_body, make_object
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.sensing.devices.models import Sensor
from tocsin.supervision.inspections.models import CheckList, InspectorCard
from tocsin.supervision.objects.models import CodeIssue, LedgerDay, ObjectMerge, PlatformRecord, SupervisedObject
from tocsin.supervision.objects.queries import matching as queries
from tocsin.supervision.objects.rules.register import NewRecord
from tocsin.supervision.objects.services import matching
from tocsin.supervision.objects.services.merging import STAYS, dependent_fields, merge_objects, undo_merge
from tocsin.supervision.tasks.models import Task
from tocsin.workshop.demo.register import draw_register

CODE = "91350100M000100Y43"
OTHER = "91440300708461136T"
SHINAN = "370202"
HAINO = NewRecord("grid", "grid", "G1", LICANG, "海诺化工有限公司", CODE, "九水路12号", 120.4, 36.2)


@pytest.fixture
def keeper(db: None) -> User:
    ensure_regions()
    return make_named_person("keeper", "supervisor")


@pytest.fixture
def haino(db: None) -> SupervisedObject:
    return make_object("青岛海诺化工有限公司", credit_code=CODE, address="李沧区九水路12号", lon=120.4, lat=36.2)


@pytest.mark.parametrize(
    ("changed", "state", "joined"),
    [
        ({}, "matched", True),
        ({"credit_code": ""}, "matched", True),
        ({"name": "海诺化工有限公司城阳厂区", "address": "春阳路3号", "lon": 120.5}, "unsure", False),
        ({"name": "明日木业有限公司", "credit_code": OTHER, "address": "春阳路3号", "lon": 120.5}, "new", False),
    ],
)
def test_a_record_is_matched_asked_about_or_new(
    keeper: User, haino: SupervisedObject, changed: dict[str, Any], state: str, joined: bool
) -> None:
    row = matching.receive_records(actor=keeper, records=[replace(HAINO, **changed)])[0]
    assert (row.state, row.object_id == haino.pk) == (state, joined)
    assert (row.candidate_id == haino.pk) == (state == "unsure")
    if row.weights:
        assert row.weights[0]["field"] == "prior"


def test_a_record_that_says_what_it_said_changes_nothing(keeper: User, haino: SupervisedObject) -> None:
    first = matching.receive_records(actor=keeper, records=[HAINO, HAINO])
    again = matching.receive_records(actor=keeper, records=[HAINO])
    assert {row.pk for row in (*first, *again)} == {PlatformRecord.objects.get().pk}
    assert AuditEntry.objects.filter(action="platform_record.received").count() == 1


def test_a_person_decides_and_new_words_do_not_undo_it(keeper: User, haino: SupervisedObject) -> None:
    unsure = replace(HAINO, name="海诺化工有限公司城阳厂区", address="春阳路3号", lon=120.5)
    row = matching.receive_records(actor=keeper, records=[unsure])[0]
    assert list(queries.waiting_records(keeper)) == [row]
    matching.decide_same(actor=keeper, record_id=row.pk, object_id=haino.pk)
    assert not queries.waiting_records(keeper)
    changed = matching.receive_records(actor=keeper, records=[replace(unsure, name="别的名字公司")])[0]
    assert (changed.object_id, changed.state, changed.name) == (haino.pk, "matched", "别的名字公司")


def test_what_was_said_not_to_be_the_same_is_not_asked_again(keeper: User, haino: SupervisedObject) -> None:
    row = matching.receive_records(actor=keeper, records=[replace(HAINO, credit_code="", address="", lon=None, lat=None)])[0]
    row = matching.decide_apart(actor=keeper, record_id=row.pk, object_id=haino.pk)
    assert (row.state, row.object_id, row.apart) == ("new", None, [str(haino.pk)])
    assert matching.match_again(actor=keeper, region_code=LICANG) == 0


def test_records_wait_until_the_register_has_their_firm(keeper: User) -> None:
    row = matching.receive_records(actor=keeper, records=[HAINO])[0]
    assert row.state == "new"
    made = make_object("青岛海诺化工有限公司", credit_code=CODE, address="李沧区九水路12号", lon=120.4, lat=36.2)
    assert matching.match_again(actor=keeper, region_code=LICANG) == 1
    row.refresh_from_db()
    assert row.object_id == made.pk


def test_borders_of_records_and_merges(keeper: User, haino: SupervisedObject) -> None:
    stranger = make_named_person("stranger", "supervisor", region=SHINAN)
    row = matching.receive_records(actor=keeper, records=[HAINO])[0]
    assert not queries.visible_records(stranger)
    twin = make_object("海诺化工")
    with pytest.raises(NotAllowed):
        matching.receive_records(actor=stranger, records=[HAINO])
    with pytest.raises(NotAllowed):
        matching.decide_apart(actor=stranger, record_id=row.pk, object_id=haino.pk)
    with pytest.raises(NotAllowed):
        merge_objects(actor=stranger, kept_id=haino.pk, absorbed_id=twin.pk)
    made = merge_objects(actor=keeper, kept_id=haino.pk, absorbed_id=twin.pk)
    with pytest.raises(ObjectMerge.DoesNotExist):
        undo_merge(actor=stranger, merge_id=made.pk)


def test_a_county_does_not_take_over_anothers_record(keeper: User, haino: SupervisedObject) -> None:
    theirs = matching.receive_records(actor=keeper, records=[HAINO])[0]
    neighbour = make_named_person("neighbour", "supervisor", region=SHINAN)
    ours = matching.receive_records(actor=neighbour, records=[replace(HAINO, region_code=SHINAN, name="明日木业有限公司")])[0]
    theirs.refresh_from_db()
    assert (theirs.region_code, theirs.name, theirs.object) == (LICANG, HAINO.name, haino)
    assert ours.pk != theirs.pk and ours.region_code == SHINAN
    city = make_named_person("city", "supervisor", region="370200")
    changed = matching.receive_records(actor=city, records=[replace(HAINO, address="春阳路3号")])[0]
    assert changed.pk == theirs.pk
    told = AuditEntry.objects.get(action="platform_record.changed")
    assert told.details == {"platform": "grid", "address": [HAINO.address, "春阳路3号"]} and told.region_code == LICANG


def test_a_batch_of_records_asks_as_many_questions_as_one(
    keeper: User, haino: SupervisedObject, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(25):
        matching.receive_records(actor=keeper, records=[replace(HAINO, external_id=f"G{number}") for number in range(50)])


def test_twins_in_the_register_are_found(keeper: User, haino: SupervisedObject) -> None:
    twin = make_object("海诺化工", address="九水路12号", lon=120.4001, lat=36.2)
    best = queries.twins_of(twin).best
    assert best is not None
    assert best.key == str(haino.pk)


# --- merges ---


def furnish(mark: str, found: SupervisedObject, person: User, body: Organisation) -> None:
    """A row of every model of the capability that hangs on the object, directly or by way of another."""
    seeds: dict[type[models.Model], models.Model] = {SupervisedObject: found, User: person, Organisation: body}
    shared: tuple[type[models.Model], ...] = (CheckList, InspectorCard, Sensor)  # of no object's own: both may have the same
    seeds |= {model: one for model in shared if (one := model._base_manager.first()) is not None}
    for model in apps.get_app_config("supervision").get_models():
        if any(isinstance(field, models.ForeignKey) for field in model._meta.concrete_fields):
            _row_of(model, mark, found.region_code, seeds)
    for field in dependent_fields():
        if field.null and field.name != "parent":
            field.model._base_manager.filter(pk=seeds[field.model].pk).update(**{field.name: found})


def snapshot() -> dict[str, list[tuple[Any, ...]]]:
    """Every value of every row of the capability but the merges themselves."""
    wanted: Any = (one for one in apps.get_app_config("supervision").get_models() if one is not ObjectMerge)
    return {one._meta.label: sorted(map(repr, one._base_manager.values_list())) for one in wanted}


@pytest.mark.parametrize("seed", range(4))
def test_merges_undone_backwards_restore_every_row_exactly(keeper: User, seed: int) -> None:
    chance = random.Random(seed)
    body = make_body("haino")
    objects = [make_object(f"firm {number}") for number in range(4)]
    for number, one in enumerate(objects):
        if number != seed:
            furnish(f"mark{number}", one, keeper, body)
    before, done = snapshot(), []
    for _turn in range(6):
        kept, absorbed = chance.sample(objects, 2)
        open_ones = set(SupervisedObject.objects.filter(merged_into=None).values_list("pk", flat=True))
        if {kept.pk, absorbed.pk} <= open_ones:
            done.append(merge_objects(actor=keeper, kept_id=kept.pk, absorbed_id=absorbed.pk))
    assert done
    assert snapshot() != before
    for merge in reversed(done):
        undo_merge(actor=keeper, merge_id=merge.pk)
    assert snapshot() == before


def test_everything_of_the_absorbed_goes_over_but_what_stays(keeper: User, haino: SupervisedObject) -> None:
    twin = make_object("twin")
    furnish("mark", twin, keeper, make_body("twin"))
    merge_objects(actor=keeper, kept_id=haino.pk, absorbed_id=twin.pk, reason="the same gate")
    for field in dependent_fields():
        assert not field.model._base_manager.filter(**{field.name: twin}).exists(), field
        assert field.model._base_manager.filter(**{field.name: haino}).exists() or field.name == "parent", field
    assert LedgerDay.objects.filter(object=twin).exists()
    assert "supervision.LedgerDay" in STAYS


def test_a_row_of_which_the_kept_entry_has_its_own_stays(keeper: User, haino: SupervisedObject) -> None:
    twin = make_object("twin")
    common: dict[str, Any] = {"rule": "check", "opens_at": haino.created_at, "due_at": haino.created_at, "state": "open"}
    ours = Task.objects.create(object=haino, key="check-2026-11", **common)
    same = Task.objects.create(object=twin, key="check-2026-11", **common)
    more = Task.objects.create(object=twin, key="check-2026-12", **common)
    made = merge_objects(actor=keeper, kept_id=haino.pk, absorbed_id=twin.pk)
    assert set(haino.tasks.all()) == {ours, more}
    assert list(twin.tasks.all()) == [same]
    later = Task.objects.create(object=haino, key="check-2027-01", **common)
    undo_merge(actor=keeper, merge_id=made.pk)
    assert set(haino.tasks.all()) == {ours, later}
    assert set(twin.tasks.all()) == {same, more}


def test_the_kept_entry_takes_what_it_does_not_know_and_gives_it_back(keeper: User, haino: SupervisedObject) -> None:
    body = make_body("twin")
    twin = make_object("twin", organisation=body, employees=40, address="elsewhere")
    made = merge_objects(actor=keeper, kept_id=haino.pk, absorbed_id=twin.pk)
    haino.refresh_from_db()
    assert (haino.organisation, haino.employees, haino.address) == (body, 40, "李沧区九水路12号")
    undo_merge(actor=keeper, merge_id=made.pk)
    haino.refresh_from_db()
    assert (haino.organisation, haino.employees) == (None, None)


def test_what_can_not_be_joined(keeper: User, haino: SupervisedObject) -> None:
    bare, part = make_object("bare"), make_object("part", kind="place", parent=haino)

    def join(kept: UUID, absorbed: UUID) -> ObjectMerge:
        return merge_objects(actor=keeper, kept_id=kept, absorbed_id=absorbed)

    with pytest.raises(InvalidInput):
        join(haino.pk, haino.pk)
    with pytest.raises(InvalidInput):
        join(bare.pk, haino.pk)  # the code would be lost
    with pytest.raises(InvalidInput):
        join(haino.pk, part.pk)
    first = join(haino.pk, bare.pk)
    with pytest.raises(Conflict):
        join(haino.pk, bare.pk)
    whole = make_object("whole", credit_code=OTHER)
    join(whole.pk, haino.pk)
    with pytest.raises(Conflict):
        undo_merge(actor=keeper, merge_id=first.pk)  # its kept entry is absorbed itself


def test_undoing_twice_and_undoing_over_a_taken_code(keeper: User, haino: SupervisedObject) -> None:
    twin = make_object("twin", credit_code=OTHER)
    made = merge_objects(actor=keeper, kept_id=haino.pk, absorbed_id=twin.pk)
    taken = make_object("taken", credit_code=OTHER)
    with pytest.raises(Conflict):
        undo_merge(actor=keeper, merge_id=made.pk)
    taken.delete()
    undo_merge(actor=keeper, merge_id=made.pk)
    with pytest.raises(Conflict):
        undo_merge(actor=keeper, merge_id=made.pk)


def test_a_drawn_register_has_firms_records_of_every_state_and_signs(keeper: User) -> None:
    made = draw_register(actor=keeper, region_code=LICANG, seed=3, firms=40)
    assert len(made) == SupervisedObject.objects.count() > 30
    assert {row.state for row in PlatformRecord.objects.all()} == {"matched", "unsure", "new"}
    assert CodeIssue.objects.count() == len(made)
