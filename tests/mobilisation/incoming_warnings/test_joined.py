"""Who lies in the area of a warning is asked once, answers, is told above when late, and hears when it is over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.clocks import stand_at
from tests.mobilisation.incoming_warnings.services import NOW, following, service, signed, take
from tests.mobilisation.public_warnings.messages import own_signer, rain
from tests.people import YANTAI, make_named_person, make_person, signed_in
from tests.supervision.firms import act, make_body, make_object
from tocsin.base.errors import Conflict, NotAllowed
from tocsin.jurisdiction.face import names_of_towns
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.incoming_warnings.models import IncomingWarning, WarningDemand, WarningService
from tocsin.mobilisation.incoming_warnings.services import answers, drafting
from tocsin.mobilisation.incoming_warnings.services.chains import expire_incoming
from tocsin.mobilisation.incoming_warnings.services.joining import join_warnings
from tocsin.mobilisation.incoming_warnings.shown.demands import DemandCountOut, count_demands, describe_demands
from tocsin.mobilisation.public_warnings.queries.reach import own_codes
from tocsin.mobilisation.public_warnings.rules.cap.message import Area, MsgType, Named, Status
from tocsin.mobilisation.public_warnings.rules.cap.signing import sign
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.shown import text_of
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.services.acts import enter_task
from tocsin.supervision.tasks.shown.tasks import evidence_words

pytestmark = pytest.mark.django_db
INSIDE = {"lon": 120.38, "lat": 36.166}
WEST = "36.10000,120.30000 36.10000,120.37000 36.20000,120.37000 36.20000,120.30000 36.10000,120.30000"
AT_SEA = "35.10000,122.30000 35.10000,122.37000 35.20000,122.37000 35.20000,122.30000 35.10000,122.30000"
LATER = NOW + timedelta(minutes=10)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


@pytest.fixture
def officer() -> User:
    return make_person("duty_officer", organisation="monitoring_centre")


@pytest.fixture
def weather(officer: User) -> WarningService:
    return service(make_person("system_administrator"))


@pytest.fixture
def firm() -> SupervisedObject:
    return make_object("泓达化工", organisation=make_body("hongda"), **INSIDE)


def counts() -> dict[str, DemandCountOut]:
    return {one.who: one for one in count_demands(describe_demands(WarningDemand.objects.all(), NOW))}


def keys() -> set[str]:
    """Of what was told first; what went upward from there is no other matter."""
    told = Notice.objects.filter(purpose__in=("incoming_warning", "warned"), instead_of=None)
    return set(told.values_list("key", flat=True))


def test_desk_and_firm_are_asked_once_and_their_answers_are_counted(
    weather: WarningService, officer: User, firm: SupervisedObject
) -> None:
    make_object("远处", lon=121.9, lat=36.15)
    take(weather, signed())
    assert join_warnings(now=NOW) == 1
    assert {who: one.asked for who, one in counts().items()} == {"desk": 1, "firm": 1}
    told = keys()
    assert join_warnings(now=LATER) == 0
    assert keys() == told
    demand = WarningDemand.objects.get(who="desk")
    assert demand.due_at == NOW + timedelta(minutes=10), "an orange one has ten minutes"
    answers.acknowledge(actor=officer, demand_id=demand.pk, words="两人到岗", now=NOW)
    assert answers.acknowledge(actor=officer, demand_id=demand.pk, now=LATER).done_at == NOW, "twice is once"
    task = Task.objects.get(rule="warning_measures")
    assert (task.object, task.due_at) == (firm, NOW + timedelta(minutes=120))
    person = make_named_person("officer", "firm_officer", firm.organisation)
    enter_task(actor=person, act=act(task.pk, "done", at=NOW, text="排水已检查"))
    assert {who: (one.asked, one.done) for who, one in counts().items()} == {"desk": (1, 1), "firm": (1, 1)}
    described = describe_demands(WarningDemand.objects.filter(who="firm"), NOW)[0]
    assert (described.done_by, described.words) == ("officer", "排水已检查")


def test_an_update_asks_only_who_is_new_and_a_higher_level_everybody(weather: WarningService, firm: SupervisedObject) -> None:
    take(weather, signed())
    join_warnings(now=NOW)
    told = keys()
    same = following(MsgType.UPDATE, minutes=1)
    take(weather, sign(same, own_signer()))
    other = make_object("新来", organisation=make_body("second"), **INSIDE)
    join_warnings(now=LATER)
    new = WarningDemand.objects.exclude(asked_at=NOW)
    assert [one.object for one in new] == [other]
    assert len(keys() - told) == 1
    red = replace(rain().infos[0], parameters=(Named("colour", "红色"),), headline="暴雨红色预警")
    take(weather, sign(following(MsgType.UPDATE, minutes=2, of=same, infos=(red,)), own_signer()))
    join_warnings(now=LATER + timedelta(minutes=1))
    assert set(WarningDemand.objects.values_list("level", flat=True)) == {"red"}
    assert Task.objects.filter(object=firm).order_by("due_at").values_list("state", flat=True)[0] == "exempt"
    assert Task.objects.filter(object=firm, state="open").count() == 1


def test_whoever_an_update_leaves_outside_is_asked_nothing_any_longer_and_hears_so_once(
    weather: WarningService, firm: SupervisedObject
) -> None:
    take(weather, signed())
    join_warnings(now=NOW)
    smaller = replace(rain().infos[0], areas=(Area("西部", polygons=(WEST,)),))
    take(weather, sign(following(MsgType.UPDATE, minutes=1, infos=(smaller,)), own_signer()))
    join_warnings(now=LATER)
    left = WarningDemand.objects.get(who="firm")
    assert (left.ended_at, left.ended_why) == (LATER, "outside")
    assert WarningDemand.objects.get(who="desk").ended_at is None, "its county is still warned"
    task = Task.objects.get(object=firm)
    assert task.state == "exempt"
    assert evidence_words(task.evidence).endswith("(no longer in the area of the warning)")
    told = Notice.objects.get(figures__what="outside", why="warned_firm")
    assert "No longer for you" in text_of(told)
    take(weather, sign(following(MsgType.UPDATE, minutes=2, infos=(smaller,)), own_signer()))
    join_warnings(now=LATER + timedelta(minutes=1))
    assert Notice.objects.filter(figures__what="outside", why="warned_firm").count() == 1
    take(weather, sign(following(MsgType.UPDATE, minutes=3), own_signer()))
    join_warnings(now=LATER + timedelta(minutes=2))
    left.refresh_from_db()
    assert (left.ended_at, left.ended_why) == (None, ""), "whoever comes to lie inside again is asked again"
    done = Task.objects.get(object=firm, state="open")
    enter_task(actor=make_named_person("officer", "firm_officer", firm.organisation), act=act(done.pk, "done", at=NOW, text="ok"))
    done.refresh_from_db()
    assert "暴雨橙色预警" in evidence_words(done.evidence), "a task that is done still says what it was about"


def test_an_update_that_holds_nowhere_here_ends_what_it_names_here(weather: WarningService, firm: SupervisedObject) -> None:
    take(weather, signed())
    join_warnings(now=NOW)
    away = replace(rain().infos[0], areas=(Area("海上", polygons=(AT_SEA,)),))
    gone = following(MsgType.UPDATE, minutes=1, infos=(away,))
    assert take(weather, sign(gone, own_signer())).message.state == "set_aside"
    assert IncomingWarning.objects.get().state == "cancelled"
    join_warnings(now=LATER)
    assert set(WarningDemand.objects.values_list("ended_why", flat=True)) == {"over"}
    take(weather, sign(following(MsgType.UPDATE, minutes=2, of=rain()), own_signer()))
    assert IncomingWarning.objects.get().state == "in_force", "what comes back holds again"


@pytest.mark.parametrize("ends", ["cancelled", "expired"])
def test_what_is_over_closes_what_was_asked_and_is_told_once(weather: WarningService, firm: SupervisedObject, ends: str) -> None:
    take(weather, signed())
    join_warnings(now=NOW)
    if ends == "cancelled":
        take(weather, sign(following(MsgType.CANCEL, minutes=1, infos=()), own_signer()))
    else:
        expire_incoming(now=NOW + timedelta(hours=20))
    join_warnings(now=LATER)
    assert not WarningDemand.objects.filter(ended_at=None).exists()
    assert Task.objects.get().state == "exempt"
    over = [one for one in Notice.objects.filter(purpose="warned", instead_of=None) if one.figures["what"] == "over"]
    assert len(over) == 2, "desk and firm"
    join_warnings(now=LATER)
    assert answers.watch_demands(now=NOW + timedelta(days=2)) == 0


def test_a_drill_asks_nobody(weather: WarningService, firm: SupervisedObject) -> None:
    take(weather, signed(status=Status.EXERCISE))
    join_warnings(now=NOW)
    assert not WarningDemand.objects.exists()
    assert not Notice.objects.filter(purpose__in=("incoming_warning", "warned")).exists()
    assert IncomingWarning.objects.get().to_join is False


def test_who_does_not_answer_in_time_is_told_above_once(weather: WarningService, firm: SupervisedObject) -> None:
    firm.competent = make_body("bureau")
    firm.save()
    take(weather, signed())
    join_warnings(now=NOW)
    late = NOW + timedelta(minutes=121)
    assert answers.watch_demands(now=late) == 2
    assert answers.watch_demands(now=late) == 0
    above = Notice.objects.get(purpose="warned", organisation=firm.competent)
    assert (above.figures["what"], above.figures["names"]) == ("late", ["泓达化工"])


def test_nobody_answers_for_others(weather: WarningService, firm: SupervisedObject) -> None:
    take(weather, signed())
    join_warnings(now=NOW)
    desk = WarningDemand.objects.get(who="desk")
    with pytest.raises(WarningDemand.DoesNotExist):
        answers.acknowledge(actor=make_person("duty_officer", YANTAI), demand_id=desk.pk, now=NOW)
    with pytest.raises(NotAllowed):
        answers.acknowledge(actor=make_person("viewer"), demand_id=desk.pk, now=NOW)
    with pytest.raises(NotAllowed):
        answers.answer_demand(actor=make_person("shift_leader"), demand_id=WarningDemand.objects.get(who="firm").pk, now=NOW)


def test_one_press_drafts_a_public_warning(weather: WarningService, officer: User) -> None:
    take(weather, signed())
    found = IncomingWarning.objects.get()
    made = drafting.draft_from_incoming(actor=officer, warning_id=found.pk, now=NOW)
    assert (made.kind, made.level, made.source_kind, made.source_id) == ("rain", "orange", "message", found.pk)
    assert made.texts["zh"]["headline"] == "暴雨橙色预警"
    assert made.texts["en"]["headline"], "policy's words where the sender has none"
    assert made.expires_at == found.expires_at
    take(weather, sign(following(MsgType.CANCEL, minutes=1, infos=()), own_signer()))
    with pytest.raises(Conflict, match="over"):
        drafting.draft_from_incoming(actor=officer, warning_id=found.pk, now=NOW)


def test_what_a_service_says_of_towns_by_code_is_told_in_those_towns(weather: WarningService, officer: User) -> None:
    towns = Area("两个街道", geocodes=(Named("统计用区划代码", "370213001000"), Named("statistical code", "370213003")))
    info = replace(rain().infos[0], areas=(towns,))
    warning = take(weather, signed(infos=(info,))).message.warning
    assert warning is not None
    assert (warning.counties, warning.units) == (["370213"], ["370213001", "370213003"])
    told = [one for one in Notice.objects.filter(purpose="data_resources") if one.figures["what"] == "outlines"]
    assert [one.figures["count"] for one in told] == [2], "whoever keeps data hears that nobody has drawn them"
    drafted = drafting.draft_from_incoming(actor=officer, warning_id=warning.pk, now=NOW)
    assert [(one["type"], tuple(one["codes"])) for one in drafted.places] == [("units", ("370213001", "370213003"))]
    assert own_codes(drafted) == ("370213001", "370213003")
    page = signed_in(officer).get(f"/warnings/in/{warning.pk}/").content.decode()
    assert ", ".join(names_of_towns(warning.units)[code] for code in warning.units) in page


def test_the_page_shows_counts_and_takes_an_answer(weather: WarningService, officer: User, firm: SupervisedObject) -> None:
    take(weather, signed())
    join_warnings(now=NOW)
    found, desk = IncomingWarning.objects.get(), WarningDemand.objects.get(who="desk")
    client = signed_in(officer)
    assert "0 of 1 answered" in client.get(f"/warnings/in/{found.pk}/").content.decode()
    assert "Incoming warning: acknowledge" in client.get("/waiting/").content.decode()
    assert client.post(f"/warnings/in/{found.pk}/demands/{desk.pk}/", {"words": "到岗"}).status_code == 302
    page = client.get(f"/warnings/in/{found.pk}/").content.decode()
    assert "1 of 1 answered" in page
    assert "到岗" in page
    notice = Notice.objects.get(act_id=desk.pk, instead_of=None)
    assert notice.signed_at is not None, "the notice that asked is signed for"
    answer = client.get(f"/api/v1/mobilisation/incoming-warnings/{found.pk}/demands").json()
    assert {one["who"]: one["done"] for one in answer["counts"]} == {"desk": 1, "firm": 0}
    assert client.post(f"/warnings/in/{found.pk}/draft/").status_code == 302
