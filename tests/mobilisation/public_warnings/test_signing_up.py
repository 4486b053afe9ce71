"""Citizens sign up for public warnings: by a code to their address or by their browser, and end it by one link."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from django.test import Client
from django.utils import timezone, translation

from tests.mobilisation.public_warnings.drafting import issued
from tests.people import make_person
from tocsin.base import keys
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.work import find_nonce
from tocsin.jurisdiction.face import enter_area, enter_town, grant_role, system_actor
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.public_warnings.models import SubscriberTown, WarningDelivery, WarningSignUp, WarningSubscriber
from tocsin.mobilisation.public_warnings.policy import warning_policy
from tocsin.mobilisation.public_warnings.services import addresses, delivering, queueing, signing_up
from tocsin.mobilisation.public_warnings.services.places import NewPlaces
from tocsin.mobilisation.public_warnings.services.signing_up import NewSignUp
from tocsin.mobilisation.public_warnings.services.subscribers import NewSubscriber, take_subscribers
from tocsin.mobilisation.public_warnings.shown.reach import describe_reach
from tocsin.notices.channels.rules.letters import Answer, Letter
from tocsin.notices.channels.rules.verdicts import Verdict

pytestmark = pytest.mark.django_db
HERE, THERE, ELSEWHERE = "370213001", "370213003", "370202001"
NOW = timezone.now().replace(microsecond=0)
ADDRESS = "https://tocsin.example"
PHONE = {"endpoint": "https://push.example.org/1", "keys": {"p256dh": "BK", "auth": "AA"}}


class Gateway:
    """Keeps what it is handed."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.verdict = Verdict.TAKEN

    def send(self, letter: Letter) -> Answer:
        self.letters.append(letter)
        return Answer(self.verdict)

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture(autouse=True)
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    found = Gateway()

    def open_channels() -> tuple[Mapping[str, Gateway], list[str]]:
        return {"sms": found, "email": found, "web_push": found}, []

    limits = msgspec.structs.replace(warning_policy("000000").sign_up, work_bits=4)
    monkeypatch.setattr(signing_up, "_limits", lambda: limits)
    monkeypatch.setattr(signing_up, "channels_set_up", lambda: frozenset({"sms", "email", "web_push"}))
    for module in (signing_up, delivering):
        monkeypatch.setattr(module, "open_channels", open_channels)
        monkeypatch.setattr(module, "link_address", lambda: ADDRESS)
    with translation.override("en"):
        yield found


def wanted(channel: str, address: str, *towns: str) -> NewSignUp:
    made = uuid4()
    return NewSignUp(made, channel, address, towns, "zh", find_nonce(str(made), address, bits=4))


def code_in(letter: Letter) -> str:
    found = re.search(r"\b\d{6}\b", letter.text)
    assert found is not None
    return found[0]


def signs_up(gateway: Gateway, channel: str, address: str, *towns: str) -> None:
    made = signing_up.ask(new=wanted(channel, address, *towns), now=NOW)
    signing_up.send_codes(now=NOW)
    signing_up.confirm(sign_up_id=made.pk, code=code_in(gateway.letters.pop()), now=NOW)


def warn(leader: User, *towns: str) -> Any:
    out = issued(leader, NOW, expires_at=NOW + timedelta(hours=6), places=NewPlaces(towns=" ".join(towns)))
    while queueing.queue_deliveries(now=NOW) or delivering.send_deliveries(now=NOW):
        pass
    return out


def test_a_whole_district_is_chosen_and_swallows_its_towns(gateway: Gateway) -> None:
    leader = make_person("shift_leader", organisation="monitoring_centre")
    signs_up(gateway, "sms", "13900000001", "370213", HERE, ELSEWHERE)
    row = WarningSubscriber.objects.get()
    chosen = {row.town_code, *SubscriberTown.objects.values_list("town_code", flat=True)}
    assert chosen == {"370213", ELSEWHERE}
    warn(leader, THERE)
    assert len(gateway.letters) == 1
    with pytest.raises(InvalidInput, match="from the list"):
        signing_up.ask(new=wanted("sms", "13900000001", "370200"), now=NOW)
    page = Client().get("/w/subscribe/", headers={"Accept-Language": "en"}).content.decode()
    assert page.index('value="370213"') < page.index('value="370102"'), "the list begins where its bodies are"
    assert 'value="370213"' in Client().get("/w/subscribe/?region=370213").content.decode().split("town-choices")[1]


def test_towns_of_another_province_are_chosen_once_they_are_rows(gateway: Gateway) -> None:
    """Longgang District has its towns below a county, Dongguan directly below a city without counties."""
    for code, name in (("440000", "广东省"), ("440300", "深圳市"), ("440307", "龙岗区"), ("441900", "东莞市")):
        enter_area(actor=system_actor(), code=code, name_zh=name, name_en=name)
    for code, name in (("440307001", "平湖街道"), ("441900003", "东城街道")):
        enter_town(actor=system_actor(), code=code, name_zh=name)
    page = Client().get("/w/subscribe/").content.decode()
    assert [f'value="{code}"' in page for code in ("440300", "440307", "441900")] == [False, True, True]
    for region, name in (("440307", "平湖街道"), ("441900", "东城街道")):
        assert name in Client().get(f"/w/subscribe/?region={region}").content.decode()
    signs_up(gateway, "sms", "13900000001", "440307001", "441900")
    leader, until = make_person("shift_leader", organisation="monitoring_centre"), NOW + timedelta(hours=6)
    grant_role(actor=system_actor(), user=leader, role="shift_leader", region_code="000000")
    for region, code in (("440307", "440307001"), ("440000", "440000"), ("441900", "441900003")):
        gateway.letters.clear()
        out = issued(leader, NOW, region_code=region, expires_at=until, places=NewPlaces(towns=code))
        while queueing.queue_deliveries(now=NOW) or delivering.send_deliveries(now=NOW):
            pass
        assert len(gateway.letters) == 1, region
        assert ("平湖街道" in [one.town for one in describe_reach(out).towns]) is (region != "441900")


def test_an_address_counts_once_its_owner_has_typed_the_code(gateway: Gateway) -> None:
    made = signing_up.ask(new=wanted("sms", "139 0000 0001", HERE, THERE), now=NOW)
    assert not WarningSubscriber.objects.exists()
    assert signing_up.send_codes(now=NOW)
    assert not signing_up.send_codes(now=NOW), "a code goes once"
    code = code_in(gateway.letters[0])
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    with pytest.raises(InvalidInput, match="not the code"):
        signing_up.confirm(sign_up_id=made.pk, code=wrong, now=NOW)
    assert signing_up.confirm(sign_up_id=made.pk, code=code, now=NOW)
    assert signing_up.confirm(sign_up_id=made.pk, code=code, now=NOW), "a second press says the same"
    row = WarningSubscriber.objects.get()
    assert (row.own, row.town_code, addresses.opened(row.address)) == (True, HERE, "13900000001")
    assert list(SubscriberTown.objects.values_list("town_code", flat=True)) == [THERE]
    assert (WarningSignUp.objects.get().address, "13900000001" in row.address) == ("", False)


def test_a_code_grows_old_and_is_not_guessed(gateway: Gateway) -> None:
    made = signing_up.ask(new=wanted("sms", "13900000001", HERE), now=NOW)
    signing_up.send_codes(now=NOW)
    code = code_in(gateway.letters[0])
    for step in range(1, 6):
        with pytest.raises(InvalidInput):
            signing_up.confirm(sign_up_id=made.pk, code=f"{(int(code) + step) % 10**6:06d}", now=NOW)
    with pytest.raises(Conflict, match="too often"):
        signing_up.confirm(sign_up_id=made.pk, code=code, now=NOW)
    again = signing_up.ask(new=wanted("sms", "13900000001", HERE), now=NOW)
    with pytest.raises(Conflict, match="too old"):
        signing_up.confirm(sign_up_id=again.pk, code=code, now=NOW + timedelta(minutes=31))
    signing_up.send_codes(now=NOW + timedelta(days=2))
    assert not WarningSignUp.objects.exists(), "forgotten after a day"


BAD = [
    ("too many towns", wanted("sms", "13900000001", *[f"3702130{n:02d}" for n in range(1, 8)]), "at most 5"),
    ("a town that is none", wanted("sms", "13900000001", "370213999"), "from the list"),
    ("a costly number", wanted("sms", "+44 900 100 100", HERE), "no address"),
    ("no address", wanted("email", "nobody", HERE), "no address"),
    ("a way for rows only", wanted("voice", "13900000001", HERE), "not set up"),
    ("no work", NewSignUp(UUID(int=1), "sms", "13900000001", (HERE,), nonce=""), "its work"),
]


@pytest.mark.parametrize(("new", "why"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_what_strangers_may_not_ask(new: NewSignUp, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        signing_up.ask(new=new, now=NOW)
    assert not WarningSignUp.objects.exists()


def test_one_address_gets_few_codes_in_an_hour() -> None:
    for _time in range(3):
        signing_up.ask(new=wanted("email", "li@example.org", HERE), now=NOW)
    with pytest.raises(Conflict, match="sent there already"):
        signing_up.ask(new=wanted("email", "Li@Example.org", HERE), now=NOW)
    signing_up.ask(new=wanted("email", "li@example.org", HERE), now=NOW + timedelta(minutes=61))


def test_somebody_with_two_towns_is_told_once_and_ends_it_by_one_link(gateway: Gateway) -> None:
    leader = make_person("shift_leader", organisation="monitoring_centre")
    signs_up(gateway, "email", "li@example.org", HERE, THERE)
    signs_up(gateway, "sms", "13900000002", HERE, THERE)
    both = warn(leader, HERE, THERE)
    assert WarningDelivery.objects.filter(warning=both).count() == len(gateway.letters) == 2
    gateway.letters.clear()
    other = warn(leader, THERE)
    assert set(WarningDelivery.objects.filter(warning=other).values_list("town_code", flat=True)) == {THERE}
    letter = next(one for one in gateway.letters if one.address == "li@example.org")
    link = re.search(r"退订：(\S+)", letter.text)
    assert link is not None
    public, path = Client(headers={"accept-language": "en"}), link[1].removeprefix(ADDRESS)
    assert "your address is deleted" in public.get(path).content.decode()
    assert WarningSubscriber.objects.filter(ended_at=None).count() == 2, "who opens it has pressed nothing"
    mark = path.partition("?m=")[2]
    assert "Done" in public.post("/w/subscribe/end/", {"m": mark}).content.decode()
    assert "ends nothing" in public.post("/w/subscribe/end/", {"m": mark[:-2] + "xx"}).content.decode()
    gone = WarningSubscriber.objects.get(channel="email")
    assert (gone.address, WarningDelivery.objects.filter(subscriber=gone).exclude(address="").exists()) == ("", False)
    gateway.letters.clear()
    warn(leader, HERE)
    assert [one.address for one in gateway.letters] == ["13900000002"]


def test_a_row_that_was_entered_for_somebody_becomes_their_own_and_no_second_one(gateway: Gateway) -> None:
    keeper = make_person("system_administrator", "370200")
    take_subscribers(actor=keeper, rows=[NewSubscriber("sms", "13900000001", ELSEWHERE)], now=NOW)
    signs_up(gateway, "sms", "139-0000-0001", HERE)
    row = WarningSubscriber.objects.get()
    assert (row.town_code, row.own) == (HERE, True)
    signs_up(gateway, "sms", "13900000001")
    row.refresh_from_db()
    assert (row.address, row.ended_at is None) == ("", False)


def test_a_browser_is_its_own_proof_and_one_that_is_gone_is_forgotten(gateway: Gateway) -> None:
    leader = make_person("shift_leader", organisation="monitoring_centre")
    told = json.dumps(PHONE, separators=(",", ":"))
    new = wanted("web_push", told, HERE)
    sent = {"id": str(new.id), "address": told, "towns": [HERE], "nonce": new.nonce}
    answer = Client().post("/w/subscribe/push/", json.dumps(sent), content_type="application/json")
    assert answer.status_code == 200, answer.content
    out = warn(leader, HERE)
    assert json.loads(gateway.letters[0].address) == PHONE
    assert gateway.letters[0].data["page"].startswith(f"/w/{out.pk}/?r=")
    gateway.verdict = Verdict.NEVER
    warn(leader, HERE)
    assert WarningSubscriber.objects.get().address == ""


def test_the_pages_lead_from_the_district_to_the_code(gateway: Gateway) -> None:
    public = Client(headers={"accept-language": "en"})
    assert "Which district?" in public.get("/w/subscribe/").content.decode()
    page = public.get("/w/subscribe/?lat=36.1605&lon=120.4261").content.decode()
    assert HERE in page and ELSEWHERE not in page
    assert "no district" in public.get("/w/subscribe/?lat=1&lon=1").content.decode()
    new = wanted("sms", "13900000001", HERE)
    form = {"id": str(new.id), "channel": "sms", "address": new.address, "nonce": new.nonce, "towns": [HERE], "ends": ""}
    refused = public.post("/w/subscribe/?region=370213", {**form, "towns": []})
    assert (refused.status_code, "at least one town" in refused.content.decode()) == (400, True)
    answer = public.post("/w/subscribe/?region=370213", form)
    assert answer["Location"] == f"/w/subscribe/{new.id}/"
    signing_up.send_codes(now=timezone.now())
    assert "…0001" in public.get(answer["Location"]).content.decode()
    done = public.post(answer["Location"], {"code": code_in(gateway.letters[0])}).content.decode()
    assert "come to you from now on" in done
    assert WarningSubscriber.objects.get().language == "en"


def test_sealed_addresses_go_on_under_a_new_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(keys, "_ring", [keys.Ring(tmp_path)])
    keeper = make_person("system_administrator", "370200")
    take_subscribers(actor=keeper, rows=[NewSubscriber("sms", "13900000001", HERE)], now=NOW)
    assert addresses.seal_subscribers_anew(after=0, limit=10).done == 0
    keys.ring().replace(at=NOW)
    take_subscribers(actor=keeper, rows=[NewSubscriber("sms", "13900000001", THERE)], now=NOW)
    row = WarningSubscriber.objects.get()
    assert (row.town_code, row.address_hash) == (THERE, addresses.hash_of("sms", "13900000001")), "known under the key before"
    keys.ring().replace(at=NOW + timedelta(hours=1))
    done = addresses.seal_subscribers_anew(after=0, limit=10)
    assert (done.done, done.lost) == (1, 0)
    assert WarningSubscriber.objects.get().address_hash == addresses.hash_of("sms", "13900000001")
    assert addresses.opened(WarningSubscriber.objects.get().address) == "13900000001"
