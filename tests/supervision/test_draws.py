"""Random draws: anybody repeats them, weights are honoured, nobody checks the own organisation; signs of gaming ask a person."""

import json
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import make_named_person
from tests.supervision.firms import NOW, act, colour_of, make_body, make_object
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.engine.pictures import difference_hash, differing_bits, is_plain
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rights.models import Grant
from tocsin.notices.messages.models import Notice
from tocsin.supervision.inspections.models import Draw, GamingSign, Inspection
from tocsin.supervision.inspections.policy.inspections import inspection_policy
from tocsin.supervision.inspections.queries.draws import tally_of, verify
from tocsin.supervision.inspections.rules.draws import (
    Candidate,
    Inspector,
    digest,
    draw_inspectors,
    draw_objects,
    full_seed,
    repeat,
)
from tocsin.supervision.inspections.rules.gaming import GamingFigures, Spot, bulk, impossible_travel
from tocsin.supervision.inspections.services.draws import commit_words, make_draw, publish_draw
from tocsin.supervision.inspections.services.gaming import decide_sign, look_for_gaming
from tocsin.supervision.objects.models import PointsEvent, SupervisedObject
from tocsin.supervision.tasks.models import Task, TaskEntry
from tocsin.supervision.tasks.services.acts import enter_task

FIGURES = GamingFigures(
    bulk_entries=3,
    bulk_within_min=10,
    bulk_from_minute=1380,
    same_photo_bits=4,
    same_photo_days=180,
    travel_km_h=150,
    travel_least_m=1000,
)
SEEDS = st.text("0123456789abcdef", min_size=8, max_size=64)
CANDIDATES = st.lists(
    st.tuples(st.integers(0, 999), st.sampled_from([1.0, 2.0, 4.0, 8.0]), st.sampled_from(["", "a", "b"])),
    min_size=1,
    max_size=30,
    unique_by=lambda one: one[0],
).map(lambda rows: [Candidate(str(number), weight, body) for number, weight, body in rows])
INSPECTORS = [Inspector("x", "a"), Inspector("y", "b"), Inspector("z"), Inspector("w", barred=("1", "2", "3"))]


@given(CANDIDATES, st.integers(1, 40), SEEDS, st.randoms())
def test_a_draw_is_the_same_for_everybody(candidates: list[Candidate], count: int, seed: str, random: Any) -> None:
    drawn = draw_objects(candidates, count, seed)
    shuffled = random.sample(candidates, len(candidates))
    assert draw_objects(shuffled, count, seed) == drawn
    assert len(drawn) == len(set(drawn)) == min(count, len(candidates))
    assert draw_objects(candidates, count + 1, seed)[:count] == drawn  # a larger draw begins with the smaller one


@given(CANDIDATES, SEEDS)
def test_nobody_checks_the_own_organisation_and_work_is_even(candidates: list[Candidate], seed: str) -> None:
    drawn = draw_inspectors(candidates, INSPECTORS, seed)
    body = {one.id: one.organisation for one in INSPECTORS}
    for found, pair in zip(candidates, drawn, strict=True):
        assert len(set(pair.inspector_ids)) == 2
        assert not any(found.organisation and body[one] == found.organisation for one in pair.inspector_ids)
        assert not (found.id in "123" and len(found.id) == 1 and "w" in pair.inspector_ids)
    assert drawn == draw_inspectors(candidates, INSPECTORS[::-1], seed)


def test_weights_are_honoured() -> None:
    """First of the drawn with the probability of its weight (exponential keys); 4,000 draws, within 5 standard errors."""
    candidates = [Candidate("a", 1.0), Candidate("b", 2.0), Candidate("c", 5.0)]
    firsts = [draw_objects(candidates, 1, f"seed {k}")[0] for k in range(4000)]
    for one in candidates:
        share = one.weight / 8
        assert abs(firsts.count(one.id) / 4000 - share) < 5 * (share * (1 - share) / 4000) ** 0.5


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("inf")])
def test_a_weight_without_sense_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="weight"):
        draw_objects([Candidate("a", weight)], 1, "seed")


@pytest.fixture
def leader(db: None, monkeypatch: pytest.MonkeyPatch) -> User:
    stand_at(monkeypatch, NOW)
    bureau = make_body("bureau")
    for number in range(3):
        make_named_person(f"inspector{number}", "inspector", bureau)
    return make_named_person("leader", "supervisor", bureau)


@pytest.fixture
def witness(leader: User) -> User:
    return make_named_person("witness", "shift_leader")


WORDS = "twelve grey herons"
DAY = date(2026, 11, 26)


def test_a_draw_is_promised_made_and_repeated(leader: User, witness: User) -> None:
    for number in range(6):
        made = make_object(f"firm {number}")
        colour_of(made, "red", date(2026, 11, 24))
    own = make_object("the bureau's canteen", organisation=leader.organisation)
    told: dict[str, Any] = {"region_code": "370213", "name": "x", "trade_codes": [], "witness_id": witness.pk, "planned_for": DAY}
    with pytest.raises(NotAllowed):
        publish_draw(actor=make_named_person("i", "inspector"), count=3, **told)
    for nobody in (leader.pk, make_named_person("far", "supervisor", region="370602").pk):
        with pytest.raises(InvalidInput, match="witness"):
            publish_draw(actor=leader, count=3, **{**told, "witness_id": nobody})
    publish_draw(actor=leader, count=3, **told)  # one that is left to lie
    draw = publish_draw(actor=leader, count=7, **{**told, "trade_codes": ["chemicals"]})
    assert (draw.seed, draw.result, draw.commitment) == ("", {}, "")  # no seed before the words
    assert {weight for _id, weight, _body in draw.candidates["objects"]} == {8.0, 4.0}
    with pytest.raises(NotAllowed, match="witness"):
        commit_words(actor=leader, draw_id=draw.pk, words=WORDS)
    with pytest.raises(InvalidInput, match="12"):
        commit_words(actor=witness, draw_id=draw.pk, words="0427")
    with pytest.raises(Conflict, match="First"):
        make_draw(actor=witness, draw_id=draw.pk, words=WORDS)
    promised = commit_words(actor=witness, draw_id=draw.pk, words=WORDS)
    assert promised.commitment and WORDS not in str(vars(promised))
    with pytest.raises(InvalidInput, match="committed"):  # no trying of words until the result pleases
        make_draw(actor=witness, draw_id=draw.pk, words="twelve grey heroines")
    Draw.objects.filter(pk=draw.pk).update(terms={**draw.terms, "count": 1})
    with pytest.raises(Conflict, match="publish"):
        make_draw(actor=witness, draw_id=draw.pk, words=WORDS)
    Draw.objects.filter(pk=draw.pk).update(terms=draw.terms)
    draw = make_draw(actor=witness, draw_id=draw.pk, words=WORDS)
    assert all(verify(draw).values()) and set(verify(draw)) == {"commitment", "candidates", "result", "terms", "witness"}
    assert (tally_of(draw).published, tally_of(draw).abandoned) == (2, 1)
    assert digest(draw.seed) == draw.commitment
    drawn = repeat(draw.candidates, 7, full_seed(draw.seed, WORDS))
    assert [[one.object_id, list(one.inspector_ids)] for one in drawn] == draw.result["drawn"]
    assert Inspection.objects.filter(draw=draw, state="planned").count() == 7
    alone = next(one for one in drawn if one.object_id == str(own.pk))
    people = {str(one.pk) for one in User.objects.filter(organisation=own.organisation)}
    assert not people & set(alone.inspector_ids)
    with pytest.raises(Conflict):
        make_draw(actor=witness, draw_id=draw.pk, words=WORDS)
    draw.result["drawn"].reverse()
    draw.candidates["objects"][0][1] = 1.0
    assert verify(draw) == {"commitment": True, "candidates": False, "result": False, "terms": True, "witness": True}


def test_who_publishes_is_not_drawn_and_others_can_be_taken_out(
    leader: User, witness: User, client: Client, english: None
) -> None:
    make_object("firm")
    Grant.objects.create(user=leader, role="inspector", region_code="370213")
    away = User.objects.get(username="inspector0")
    Grant.objects.create(user=witness, role="inspector", region_code="370213")
    told: dict[str, Any] = {"actor": leader, "region_code": "370213", "name": "November", "trade_codes": [], "count": 1}
    told |= {"witness_id": witness.pk, "planned_for": DAY}
    with pytest.raises(InvalidInput, match="why"):
        publish_draw(**told, without=[away.pk])
    draw = publish_draw(**told, without=[away.pk], why="on leave")
    drawn_from = {one[0] for one in draw.candidates["inspectors"]}
    assert drawn_from == {str(one.pk) for one in User.objects.filter(username__in=["inspector1", "inspector2"])}
    client.force_login(leader)
    english_page = {"accept-language": "en"}  # listed before anything is drawn
    page = client.get(f"/inspections/draws/{draw.pk}/", headers=english_page).content.decode()
    assert all(words in page for words in ("firm", "inspector1", "inspector0", "on leave"))
    assert WORDS not in page and "waits for its witness: witness" in page
    client.force_login(witness)
    assert f"/inspections/draws/{draw.pk}/" in client.get("/waiting/").content.decode()
    for _step in ("committed", "said"):
        client.post(f"/inspections/draws/{draw.pk}/", {"words": WORDS})
    assert WORDS in client.get(f"/inspections/draws/{draw.pk}/").content.decode()
    assert Notice.objects.filter(figures__matter="planned").count() == 2  # both inspectors hear of it
    client.logout()
    address = f"/inspections/draws/{draw.pk}/check/"
    public = client.get(address).content.decode()  # for everybody, without a name of a person
    assert "firm" in public
    assert "inspector1" not in public
    whole = json.loads(client.get(f"{address}?format=json").content)
    assert digest(whole["seed"]) == whole["commitment"]
    assert "made_by" not in whole
    assert "on leave" not in json.dumps(whole)


def test_there_must_be_something_to_draw_from(leader: User) -> None:
    with pytest.raises(InvalidInput):
        publish_draw(
            actor=leader, region_code="370213", name="x", trade_codes=["mine"], count=1, witness_id=leader.pk, planned_for=DAY
        )


def test_a_photo_is_known_again_after_scaling_and_compression() -> None:
    rng = np.random.default_rng(1)
    scene = np.kron(rng.integers(0, 255, (12, 16)), np.ones((40, 40))).astype(np.uint8)
    small = np.asarray(Image.fromarray(scene).resize((320, 240)))
    kept = BytesIO()
    Image.fromarray(small).save(kept, "JPEG", quality=40)
    again = np.asarray(Image.open(kept))
    other = np.kron(rng.integers(0, 255, (12, 16)), np.ones((40, 40))).astype(np.uint8)
    assert differing_bits(difference_hash(scene), difference_hash(again)) <= 4
    assert differing_bits(difference_hash(scene), difference_hash(other)) > 12
    assert is_plain(np.full((100, 100), 7, np.uint8))
    assert not is_plain(scene)
    with pytest.raises(ValueError, match="small"):
        difference_hash(np.zeros((8, 20), np.uint8))


def test_the_hash_is_that_of_a_slow_twin() -> None:
    grey = np.random.default_rng(2).integers(0, 255, (61, 83)).astype(np.uint8)
    rows, columns = np.linspace(0, 61, 9).astype(int), np.linspace(0, 83, 10).astype(int)
    cells = [[grey[rows[r] : rows[r + 1], columns[c] : columns[c + 1]].mean() for c in range(9)] for r in range(8)]
    bits = "".join("1" if cells[r][c + 1] > cells[r][c] else "0" for r in range(8) for c in range(8))
    assert difference_hash(grey) == int(bits, 2)


def night(minute: float) -> datetime:
    return datetime(2026, 11, 24, 23, 40) + timedelta(minutes=minute)  # noqa: DTZ001 - local, as the rule takes it


BULKS = [([0, 5, 9], (0, 3)), ([0, 9, 18], None), ([0, 1], None), ([-60, 0, 1, 2], (1, 4)), ([-120, -119, -118], None)]


@pytest.mark.parametrize(("minutes", "run"), BULKS)
def test_many_at_once_at_night_is_a_sign(minutes: list[float], run: tuple[int, int] | None) -> None:
    assert bulk([night(one) for one in minutes], FIGURES) == run


TRAVELS = [(0.0, 60, False), (0.5, 60, False), (5.0, 60, True), (0.009, 0.01, False), (0.1, 1, True)]


@pytest.mark.parametrize(("degrees", "minutes", "is_sign"), TRAVELS)
def test_nobody_is_in_two_places(degrees: float, minutes: float, is_sign: bool) -> None:
    one = Spot("a", NOW, 120.0, 36.0)
    other = Spot("b", NOW + timedelta(minutes=minutes), 120.0, 36.0 + degrees)
    assert (impossible_travel(one, other, FIGURES) is not None) is is_sign


@pytest.fixture
def firm(leader: User) -> SupervisedObject:
    return make_object(organisation=make_body("hongda"))


def picture(seed: int, size: tuple[int, int] = (640, 480)) -> bytes:
    scene = np.kron(np.random.default_rng(seed).integers(0, 255, (12, 16)), np.ones((40, 40))).astype(np.uint8)
    kept = BytesIO()
    Image.fromarray(scene).resize(size).save(kept, "JPEG")
    return kept.getvalue()


def test_signs_go_to_a_person_and_never_straight_to_points(
    firm: SupervisedObject, leader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = NOW.replace(hour=15, minute=55)  # 23:55 in Qingdao
    stand_at(monkeypatch, late)
    officer = make_named_person("officer", "firm_officer", firm.organisation)
    count = inspection_policy().gaming.bulk_entries
    fields: dict[str, Any] = {"object": firm, "rule": "self_check_month", "met_by": "entry", "state": "open"}
    fields["opens_at"] = NOW - timedelta(days=9)
    tasks = [Task.objects.create(key=f"check{k}:2026", due_at=NOW + timedelta(days=9), **fields) for k in range(count)]
    for task in tasks:
        enter_task(actor=officer, act=act(task.pk, "done", at=late))
    spots: list[dict[str, Any]] = [{"lon": 120.4, "lat": 36.1}, {"lon": 121.4, "lat": 36.9}]
    for minute, spot in enumerate(spots):
        enter_task(actor=officer, act=act(tasks[0].pk, "note", at=late - timedelta(minutes=9 - minute), text="here", **spot))
    for task, size in zip(tasks, [(640, 480), (400, 300)], strict=False):
        enter_task(actor=officer, act=act(task.pk, "photo", at=late), picture=picture(1, size), name="a.jpg")
    enter_task(actor=officer, act=act(tasks[2].pk, "photo", at=late), picture=picture(2), name="b.jpg")
    assert TaskEntry.objects.filter(act="photo").count() == 3
    before = list(Task.objects.values_list("pk", "state"))
    assert look_for_gaming(now=late) == 3
    assert look_for_gaming(now=late) == 0
    assert sorted(GamingSign.objects.values_list("kind", flat=True)) == ["bulk", "impossible_travel", "same_photo"]
    assert (PointsEvent.objects.count(), list(Task.objects.values_list("pk", "state"))) == (0, before)
    for_nothing, for_true = GamingSign.objects.filter(kind__in=["bulk", "same_photo"]).order_by("kind")
    with pytest.raises(InvalidInput):
        decide_sign(actor=leader, sign_id=for_true.pk, confirmed=True, words=" ")
    decide_sign(actor=leader, sign_id=for_nothing.pk, confirmed=False, words="the network was down all day")
    assert PointsEvent.objects.count() == 0
    decide_sign(actor=leader, sign_id=for_true.pk, confirmed=True, words="last month's photo")
    assert PointsEvent.objects.get().kind == "false_data"
    with pytest.raises(Conflict):
        decide_sign(actor=leader, sign_id=for_true.pk, confirmed=False, words="no")
    with pytest.raises(GamingSign.DoesNotExist):
        decide_sign(actor=officer, sign_id=for_true.pk, confirmed=False, words="no")
