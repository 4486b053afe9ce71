"""Who is told of a warning, by town: rows once for everybody concerned, fates, the read share, silent towns and knocked doors."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from tests.mobilisation.public_warnings.drafting import issued
from tests.people import YANTAI, make_person, signed_in
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.keys import Purpose, key_for
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.public_warnings.models import DoorRound, PublicWarning, WarningDelivery, WarningSubscriber
from tocsin.mobilisation.public_warnings.queries.reach import prefixes_of, reach_by_town, silent_towns
from tocsin.mobilisation.public_warnings.rules.reading_links import read_mark
from tocsin.mobilisation.public_warnings.services import delivering, issuing, queueing, rounds
from tocsin.mobilisation.public_warnings.services.addresses import opened, seal
from tocsin.mobilisation.public_warnings.services.places import NewPlaces
from tocsin.mobilisation.public_warnings.services.subscribers import NewSubscriber, end_subscriber, take_subscribers
from tocsin.notices.channels.rules.letters import Answer, Letter
from tocsin.notices.channels.rules.verdicts import Verdict
from tocsin.notices.messages.models import Notice

pytestmark = pytest.mark.django_db
LOUD, QUIET, NEXT_DOOR = "370213001", "370213003", "370202001"
NOW = timezone.now().replace(microsecond=0)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def leader() -> User:
    return make_person("shift_leader", organisation="monitoring_centre")


class Gateway:
    """Keeps what it is handed, and answers what the address says."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter) -> Answer:
        self.letters.append(letter)
        return Answer(Verdict.LATER if letter.address.endswith("9") else Verdict.TAKEN)

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    found = Gateway()

    def open_channels() -> tuple[Mapping[str, Gateway], list[str]]:
        return {"sms": found}, []

    monkeypatch.setattr(delivering, "open_channels", open_channels)
    return found


def subscribe(*rows: tuple[str, str]) -> None:
    """Address and town each."""
    take_subscribers(
        actor=make_person("system_administrator", "370200"),
        rows=[NewSubscriber("sms", address, town) for address, town in rows],
        now=NOW,
    )


def warn(leader: User, **changed: object) -> PublicWarning:
    return issued(leader, NOW, **{"expires_at": NOW + timedelta(hours=6), "places": NewPlaces(units=["370213"]), **changed})


def queue_all() -> None:
    while queueing.queue_deliveries(now=NOW):
        pass


def send_all() -> None:
    while delivering.send_deliveries(now=NOW):
        pass


def test_everybody_concerned_gets_one_row(leader: User, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queueing.PACE, "rows", 2)
    subscribe(("13900000001", LOUD), ("13900000002", LOUD), ("13900000003", QUIET), ("13900000004", NEXT_DOOR))
    end_subscriber(actor=make_person("system_administrator", "000000"), channel="sms", address="13900000002", now=NOW)
    out = warn(leader)
    queue_all()
    kept = [opened(one) for one in WarningDelivery.objects.values_list("address", flat=True)]
    assert sorted(kept) == ["13900000001", "13900000003"]
    PublicWarning.objects.filter(pk=out.pk).update(queued_at=None)
    queue_all()
    assert WarningDelivery.objects.count() == 2, "a cursor that is behind its end makes nothing twice"
    send_all()
    assert {letter.address for letter in gateway.letters} == {"13900000001", "13900000003"}
    assert "不用明火" in gateway.letters[0].text
    send_all()
    assert len(gateway.letters) == 2


def test_a_shape_concerns_the_counties_that_it_meets(leader: User, gateway: Gateway) -> None:
    subscribe(("13900000001", LOUD), ("13900000004", NEXT_DOOR))
    warn(leader, places=NewPlaces(lat=36.1605, lon=120.4261, radius_m=500.0))
    queue_all()
    assert list(WarningDelivery.objects.values_list("town_code", flat=True)) == [LOUD]
    assert prefixes_of(("370200", "370213", "370702001")) == ("3702", "370702001")


def test_whoever_was_told_hears_the_all_clear(leader: User, gateway: Gateway) -> None:
    subscribe(("13900000001", LOUD), ("13900000003", QUIET))
    out = warn(leader, places=NewPlaces(towns=f"{LOUD} {QUIET}"))
    queue_all()
    send_all()
    issuing.cancel_warning(actor=leader, warning_id=out.pk, reason="阀门已关闭", now=NOW)
    queue_all()
    send_all()
    assert [letter.subject[:2] for letter in gateway.letters] == ["石牛", "石牛", "解除", "解除"]


def test_an_update_of_a_smaller_area_is_an_all_clear_for_whoever_is_outside_once(leader: User, gateway: Gateway) -> None:
    subscribe(("13900000001", LOUD), ("13900000003", QUIET))
    out = warn(leader, places=NewPlaces(towns=f"{LOUD} {QUIET}"))
    queue_all()
    send_all()
    gateway.letters.clear()

    def update(earlier: PublicWarning) -> PublicWarning:
        made = issuing.draft_update(actor=leader, warning_id=earlier.pk, now=NOW)
        made.places = [{"type": "units", "codes": [LOUD]}]
        made.save()
        return issuing.issue_warning(actor=leader, warning_id=made.pk, now=NOW)

    second = update(out)
    queue_all()
    send_all()
    told = {letter.address: (letter.subject[:10], letter.data["type"]) for letter in gateway.letters}
    assert told == {"13900000001": ("石牛山路燃气泄漏黄色", "Update"), "13900000003": ("您所在区域预警解除：", "Cancel")}
    assert [town.town_code for town in silent_towns(second)] == [LOUD], "nobody knocks where it holds no longer"
    update(second)
    gateway.letters.clear()
    queue_all()
    send_all()
    assert [letter.address for letter in gateway.letters] == ["13900000001"]


def test_whoever_chose_a_district_hears_of_each_of_its_towns(gateway: Gateway) -> None:
    leader = make_person("shift_leader", "370200", organisation="monitoring_centre")
    WarningSubscriber.objects.create(
        channel="sms", address=seal("13900000005"), address_hash="x", region_code="370213", town_code="370213", created_at=NOW
    )
    for places in (NewPlaces(towns=QUIET), NewPlaces(units=["370213"]), NewPlaces(lat=36.1605, lon=120.4261, radius_m=500.0)):
        warn(leader, places=places)
        queue_all()
    warn(leader, region_code="370202", places=NewPlaces(towns=NEXT_DOOR))
    queue_all()
    send_all()
    assert [letter.address for letter in gateway.letters] == ["13900000005"] * 3


def test_an_exercise_has_no_rows_and_what_was_cancelled_stops(leader: User, gateway: Gateway) -> None:
    subscribe(("13900000001", LOUD))
    warn(leader, exercise=True)
    queue_all()
    assert not WarningDelivery.objects.exists()
    out = warn(leader)
    queue_all()
    PublicWarning.objects.filter(pk=out.pk).update(exercise=True)  # as a fault would
    send_all()
    assert (gateway.letters, WarningDelivery.objects.get().fate) == ([], "stopped")


def test_a_letter_that_is_to_be_tried_later_waits_and_then_fails(leader: User, gateway: Gateway) -> None:
    subscribe(("13900000009", LOUD))
    warn(leader)
    queue_all()
    for attempt in range(1, 6):
        WarningDelivery.objects.update(not_before=None)
        assert delivering.send_deliveries(now=NOW)
        assert WarningDelivery.objects.get().attempts == attempt
        assert not delivering.send_deliveries(now=NOW), "not before its time"
    assert WarningDelivery.objects.get().fate == "failed"
    assert len({letter.id for letter in gateway.letters}) == 1, "one number for the gateway"


def test_a_silent_town_is_knocked_at(leader: User, gateway: Gateway) -> None:
    officer = make_person("duty_officer", organisation="monitoring_centre")
    subscribe(("13900000001", LOUD), ("13900000002", LOUD), ("13900000003", QUIET))
    out = warn(leader, places=NewPlaces(towns=f"{LOUD} {QUIET}"))
    queue_all()
    send_all()
    first = WarningDelivery.objects.filter(town_code=LOUD).first()
    assert first is not None
    public = Client()
    wrong = public.get(f"/w/{out.pk}/?r={read_mark(first.pk, b'another key')}")
    assert (wrong.status_code, WarningDelivery.objects.filter(read_at__isnull=False).count()) == (200, 0)
    public.get(f"/w/{out.pk}/?r={read_mark(first.pk, key_for(Purpose.LINKS))}")
    by_town = {row.town_code: row for row in reach_by_town(out)}
    assert (by_town[LOUD].read, by_town[LOUD].share, by_town[QUIET].share) == (1, 0.5, 0.0)
    assert rounds.find_silent_towns(now=NOW + timedelta(minutes=29)) == 0
    assert rounds.find_silent_towns(now=NOW + timedelta(minutes=30)) == 1
    assert rounds.find_silent_towns(now=NOW + timedelta(minutes=31)) == 0
    silent = DoorRound.objects.get()
    assert (silent.town_code, silent.told, silent.read) == (QUIET, 1, 0)
    assert Notice.objects.filter(purpose="public_warning", figures__what="silent").count() <= 1
    client = signed_in(officer)
    assert "knock on doors" in client.get("/waiting/").content.decode()
    assert "50 %" in client.get(f"/warnings/{out.pk}/").content.decode()
    page = client.post(f"/warnings/doors/{silent.pk}/", {"doors": "40", "people": "85", "words": ""}, follow=True)
    assert "40 doors, 85" in page.content.decode()
    rounds.finish_round(actor=officer, round_id=silent.pk, doors=40, people=85, now=NOW)
    with pytest.raises(Conflict, match="40"):
        rounds.finish_round(actor=officer, round_id=silent.pk, doors=41, people=85, now=NOW)
    with pytest.raises(DoorRound.DoesNotExist):
        rounds.finish_round(actor=make_person("shift_leader", YANTAI), round_id=silent.pk, doors=1, people=1, now=NOW)


BAD = [
    ("no town", NewSubscriber("sms", "13900000001", "370213999"), "no town"),
    ("no number", NewSubscriber("sms", "me", LOUD), "no address"),
    ("no such channel", NewSubscriber("screen", "x", LOUD), "no address"),
    ("no such language", NewSubscriber("sms", "13900000001", LOUD, "fr"), "zh and en"),
]


@pytest.mark.parametrize(("row", "why"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_rows_that_are_no_addresses_are_refused_whole(row: NewSubscriber, why: str) -> None:
    keeper = make_person("system_administrator", "370200")
    with pytest.raises(InvalidInput, match=why):
        take_subscribers(actor=keeper, rows=[NewSubscriber("sms", "13900000007", LOUD), row], now=NOW)
    assert not WarningSubscriber.objects.exists()


def test_addresses_are_taken_over_where_one_keeps_channels_and_once() -> None:
    with pytest.raises(NotAllowed):
        take_subscribers(actor=make_person("duty_officer"), rows=[NewSubscriber("sms", "13900000001", LOUD)], now=NOW)
    subscribe(("13900000001", LOUD))
    keeper = User.objects.get(username__startswith="system_administrator")
    take_subscribers(actor=keeper, rows=[NewSubscriber("sms", "13900000001", QUIET)], now=NOW)
    assert list(WarningSubscriber.objects.values_list("town_code", flat=True)) == [QUIET]
