"""What supervision keeps goes at its time: inspections whole with their hidden dangers, episodes, tasks, who was on post."""

from datetime import datetime, timedelta

import pytest
from django.db import models
from django.utils import timezone

from tests.command.test_policy_in_force import put_in
from tests.jurisdiction.rows import complete
from tests.people import LICANG, make_person
from tests.usual_bodies import usual_bodies
from tocsin.jurisdiction.people.models import User
from tocsin.records.attachments.models import Attachment
from tocsin.records.retention.models import Tombstone
from tocsin.records.retention.queries import standings
from tocsin.records.retention.services.forgetting import forget_what_is_old
from tocsin.records.retention.services.holds import place_hold
from tocsin.supervision.inspections.models import Finding, FindingEntry, Inspection, InspectionEntry, LegalDocument, Penalty
from tocsin.supervision.objects.models import PhotoPrint
from tocsin.supervision.posts.models import DutyShift, DutyVerdict, RollCall, RollCallAnswer
from tocsin.supervision.tasks.models import Task, TaskEntry
from tocsin.supervision.work.models import Episode, EpisodeEntry, WorkObjection

pytestmark = pytest.mark.django_db

POLICY = "[records.retention]\ninspections_days = 100\nepisodes_days = 100\ntasks_days = 100\nposts_days = 100\n"
GOING = (
    *(Inspection, InspectionEntry, Finding, FindingEntry, LegalDocument, Episode, EpisodeEntry, WorkObjection),
    *(Task, TaskEntry, DutyShift, DutyVerdict, RollCall, RollCallAnswer, PhotoPrint, Attachment),
)


def let_go(now: datetime) -> None:
    while forget_what_is_old(now=now):
        pass


def due(now: datetime) -> dict[str, int | None]:
    wanted = ("inspection", "finding", "episode", "tasks", "posts")
    return {one.kept.code: one.due for one in standings(now=now) if one.kept.code in wanted}


@pytest.fixture
def district() -> dict[type[models.Model], models.Model]:
    """One row of every model, finished long ago; the photo is the inspection's."""
    put_in(POLICY)
    officer, body = make_person("inspector"), usual_bodies(LICANG)["gas_company"]
    seeds: dict[type[models.Model], models.Model] = {User: officer, type(body): body, type(body.region): body.region}
    complete("planted", LICANG, seeds, [], (*GOING, Penalty))
    ago = timezone.now() - timedelta(days=120)
    Inspection.objects.update(state="confirmed", confirmed_at=ago, episode=seeds[Episode])
    Finding.objects.update(state="closed", closed_at=ago, inspection=seeds[Inspection])
    Penalty.objects.update(finding=seeds[Finding])
    LegalDocument.objects.update(finding=seeds[Finding])
    Episode.objects.update(state="explained", detected_at=ago, case_number="370213-20200101-0001")
    WorkObjection.objects.update(upheld=True, episode=seeds[Episode], day=None)
    Task.objects.update(state="done", due_at=ago)
    DutyShift.objects.update(end_at=ago)
    RollCall.objects.update(called_at=ago, due_at=None)
    Attachment.objects.update(object_type="inspection", object_id=str(seeds[Inspection].pk))
    PhotoPrint.objects.update(attachment_id=seeds[Attachment].pk)
    return seeds


def test_everything_goes_in_its_order_and_the_penalty_stays(district: dict[type[models.Model], models.Model]) -> None:
    now = timezone.now()
    assert due(now) == {
        "inspection": 1,
        "finding": 0,
        "episode": 0,
        "tasks": 1,
        "posts": 2,
    }  # the inspection rests on the episode
    let_go(now)
    assert [model.__name__ for model in GOING if model._base_manager.exists()] == []
    assert Penalty.objects.get().finding is None
    graves = {one.kind: one for one in Tombstone.objects.all()}
    assert graves["finding"].whole == graves["inspection"] and graves["episode"].gone_at is not None
    assert graves["inspection"].rows["supervision.InspectionEntry"] == 1


@pytest.mark.parametrize("kept", ["open danger", "held danger", "held case", "young danger"])
def test_an_inspection_stays_with_what_it_found(kept: str, district: dict[type[models.Model], models.Model]) -> None:
    match kept:
        case "open danger":
            Finding.objects.update(state="rectified", closed_at=None)
        case "young danger":
            Finding.objects.update(closed_at=timezone.now())
        case "held danger" | "held case":
            number = Finding.objects.get().number if kept == "held danger" else "370213-20200101-0001"
            place_hold(actor=make_person("system_administrator", "000000"), number=number, reason="a court")
    let_go(timezone.now())
    assert Inspection.objects.exists() and Finding.objects.exists() and Episode.objects.exists() and not Task.objects.exists()
