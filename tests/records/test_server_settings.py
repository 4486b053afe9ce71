"""Settings of the server: all are told with their source, none with its secret; what a page enters holds at once."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest
from django.urls import reverse

from tests.languages import english as english
from tests.people import make_named_person, signed_in
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.server_settings import FILE, Variable, entered_settings, keep_settings
from tocsin.jurisdiction.people.models import User
from tocsin.portal.hosts import AllowedHosts
from tocsin.records.audit.models import AuditEntry
from tocsin.records.face import product_title
from tocsin.records.server import queries, services
from tocsin.records.server.rules import Secrecy, SettingSource, checked_settings, shown_value
from tocsin.records.server.shown import PURPOSES, describe_settings

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
ROOT = Path(__file__).resolve().parents[2]
_NAME = re.compile(r"\b(?:TOCSIN_[A-Z0-9_]+|DATABASE_URL)\b")


@pytest.fixture
def place(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, and an environment that says nothing of what pages enter."""
    for name in Variable:
        monkeypatch.delenv(name, raising=False)
    settings.CONFIGURATION = replace(settings.CONFIGURATION, data=tmp_path, title="", public_hosts=())
    return tmp_path


@pytest.fixture
def administrator(place: Path) -> User:
    return make_named_person("administrator", "system_administrator", region="000000")


def enter(actor: User, host: str = "testserver", **told: str) -> list[str]:
    return services.enter_server_settings(
        actor=actor, told={Variable[name.upper()]: one for name, one in told.items()}, host=host
    )


def test_every_variable_of_the_documentation_is_told_and_no_other() -> None:
    table = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    documented = {name for line in table.splitlines() if line.startswith("| `") for name in _NAME.findall(line.split("|")[1])}
    told = [one.variable for _heading, one in queries.server_settings()]
    assert len(told) == len(set(told))
    assert set(told) == documented
    assert set(PURPOSES) <= set(told)


SHOWN = (
    ("open", "Asia/Shanghai", Secrecy.OPEN, "Asia/Shanghai"),
    ("a secret", "k-7", Secrecy.SECRET, "••••••"),
    ("none", "", Secrecy.SECRET, ""),
    ("a login", "postgresql://u:p-7@db:5432/tocsin?sslkey=p-7", Secrecy.LOGIN, "postgresql://db:5432/tocsin"),
    ("two", "tls://u:p-7@a:4222, tls://p-7@b", Secrecy.LOGIN, "tls://a:4222, tls://b"),
    ("unreadable", "postgresql://u:p-7@db:port/x", Secrecy.LOGIN, "••••••"),
    ("no address", "p-7", Secrecy.LOGIN, "••••••"),
)


@pytest.mark.parametrize(("why", "text", "secrecy", "shown"), SHOWN, ids=[one[0] for one in SHOWN])
def test_what_of_a_value_is_shown(why: str, text: str, secrecy: Secrecy, shown: str) -> None:
    assert shown_value(text, secrecy) == shown


def test_no_secret_stands_on_the_page(administrator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = [one.variable for _heading, one in queries.server_settings() if one.secrecy is not Secrecy.OPEN]
    for name in secrets:
        monkeypatch.setenv(name, "tls://user:hush-hush@host/hush-hush" if name == "TOCSIN_NATS_URL" else "hush-hush")
    monkeypatch.setenv("TOCSIN_NATS_URL", "tls://user:hush-hush@host:4222")
    body = signed_in(administrator).get(reverse("server_settings")).content.decode()
    assert "hush-hush" not in body
    assert "tls://host:4222" in body
    assert body.count("••••••") == len(secrets) - 1


REFUSED = (
    ("a host with its scheme", {"public_hosts": "https://a.example"}, "no host name"),
    ("a host with its port", {"public_hosts": "a.example:8000"}, "no host name"),
    ("every host", {"public_hosts": "testserver, *"}, "no host name"),
    ("a title without end", {"title": "x" * 81}, "at most 80"),
    ("signs that nobody sees", {"title": "a\x00b"}, "can be seen"),
    ("no number", {"largest_request": "many"}, "a number above 0"),
    ("too large", {"largest_request": "1e9"}, "at most 2000"),
    ("endless", {"largest_request": "inf"}, "a number above 0"),
    ("a scanner by HTTP", {"virus_scanner": "http://127.0.0.1"}, "of a clamd"),
    ("no way", {"virus_scanner_away": "perhaps"}, "one of refuse, quarantine"),
)


@pytest.mark.parametrize(("why", "told", "words"), REFUSED, ids=[one[0] for one in REFUSED])
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    administrator: User, place: Path, why: str, told: dict[str, str], words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        enter(administrator, **told)
    assert not (place / FILE).exists()


def test_what_is_entered_holds_at_once_and_stands_in_the_trail(administrator: User, place: Path, settings: Any) -> None:
    configuration = settings.CONFIGURATION
    hosts = AllowedHosts(configuration)
    assert "city.example.org" not in list(hosts)
    assert enter(administrator, title="  Licang \n district ", public_hosts="City.example.org  testserver") == [
        "TOCSIN_PUBLIC_HOSTS",
        "TOCSIN_TITLE",
    ]
    assert product_title() == "Licang district"
    assert {"city.example.org", "testserver", "localhost"} <= set(hosts)
    assert (place / FILE).stat().st_mode & 0o077 == 0
    assert not configuration.serves_own_machine_only
    entry = AuditEntry.objects.get(action="server.settings_changed")
    assert entry.details == {
        "TOCSIN_TITLE": ["", "Licang district"],
        "TOCSIN_PUBLIC_HOSTS": ["", "city.example.org,testserver"],
    }
    assert enter(administrator, title="Licang district") == []
    assert enter(administrator, title="", public_hosts="") == ["TOCSIN_PUBLIC_HOSTS", "TOCSIN_TITLE"]
    assert not (place / FILE).exists()
    assert AuditEntry.objects.filter(action="server.settings_changed").count() == 2


def test_the_environment_wins(administrator: User, place: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    enter(administrator, title="By page", virus_scanner_away="quarantine")
    monkeypatch.setenv("TOCSIN_TITLE", "By environment")
    monkeypatch.setenv("TOCSIN_VIRUS_SCANNER_AWAY", "refuse")  # the default, but said
    settings.CONFIGURATION = replace(settings.CONFIGURATION, title="By environment")
    assert product_title() == "By environment"
    assert settings.CONFIGURATION.now.virus_scanner_away == "refuse"
    told = {one.variable: one for one in describe_settings()}
    assert (told["TOCSIN_TITLE"].source, told["TOCSIN_TITLE"].changeable) == (SettingSource.ENVIRONMENT, False)
    with pytest.raises(Conflict, match="TOCSIN_TITLE"):
        enter(administrator, title="Another")
    assert enter(administrator, title="By environment") == []  # a form that sends what it was shown


def test_nobody_locks_the_door_behind_which_they_stand(administrator: User, settings: Any) -> None:
    enter(administrator, public_hosts="here.example.org")
    with pytest.raises(InvalidInput, match=r"come by here\.example\.org"):
        enter(administrator, host="here.example.org:8000", public_hosts="there.example.org")
    assert enter(administrator, host="here.example.org", public_hosts="there.example.org, here.example.org")
    assert enter(administrator, public_hosts="there.example.org")


def test_only_a_system_administrator(place: Path) -> None:
    keeper = make_named_person("keeper", "duty_officer", region="370213")
    assert signed_in(keeper).get(reverse("server_settings")).status_code in (403, 404)
    with pytest.raises(NotAllowed):
        enter(keeper, title="Mine")


def test_by_page_and_by_program(administrator: User, place: Path) -> None:
    browser = signed_in(administrator)
    form = {"title": "By form", "public_hosts": "", "largest_request": "64", "virus_scanner": "", "virus_scanner_away": "refuse"}
    answer = browser.post(reverse("enter_server_settings"), form, follow=True)
    assert "every process follows at once" in answer.content.decode()
    assert entered_settings(place) == {
        "TOCSIN_TITLE": "By form",
        "TOCSIN_LARGEST_REQUEST_MEGABYTES": "64",
        "TOCSIN_VIRUS_SCANNER_AWAY": "refuse",
    }
    answer = browser.post(reverse("enter_server_settings"), {**form, "virus_scanner": "clamd"}, follow=True)
    assert "of a clamd" in answer.content.decode()
    address = "/api/v1/records/server-settings"
    changed = browser.put(address, json.dumps({"title": "By program"}), content_type="application/json")
    assert changed.status_code == 200
    told = {one["variable"]: one for one in browser.get(address).json()}
    assert (told["TOCSIN_TITLE"]["value"], told["TOCSIN_TITLE"]["source"]) == ("By program", "page")
    assert told["TOCSIN_LARGEST_REQUEST_MEGABYTES"]["value"] == "64"
    assert told["TOCSIN_LARGEST_REQUEST_MEGABYTES"]["restart"] is False
    assert told["TOCSIN_LOG_LEVEL"]["restart"] is True
    assert browser.put(address, json.dumps({"titel": "x"}), content_type="application/json").status_code == 422


def test_a_damaged_file_is_told_and_stops_no_page(administrator: User, place: Path) -> None:
    (place / FILE).write_text('{"TOCSIN_TITLE": 7}')
    browser = signed_in(administrator)
    page = browser.get(reverse("server_settings"))
    assert page.status_code == 200
    assert f"{place / FILE} can&#x27;t be read" in page.content.decode()
    assert browser.get("/api/v1/records/server-settings").status_code == 503
    with pytest.raises(InvalidInput, match="Mend it, or remove it"):
        enter(administrator, title="x")


def test_a_name_by_page_is_a_name_of_this_server(place: Path, settings: Any) -> None:
    settings.ALLOWED_HOSTS = AllowedHosts(settings.CONFIGURATION)
    request = HttpRequest()
    request.META = {"HTTP_HOST": "city.example.org", "SERVER_NAME": "x", "SERVER_PORT": "80"}
    with pytest.raises(Exception, match="Invalid HTTP_HOST"):
        request.get_host()
    keep_settings(place, {"TOCSIN_PUBLIC_HOSTS": "city.example.org"})
    assert request.get_host() == "city.example.org"


def test_hosts_are_kept_in_one_form() -> None:
    told = checked_settings({Variable.PUBLIC_HOSTS: "B.example, a.example\n10.0.0.7 [::1] b.example"})
    assert told == {Variable.PUBLIC_HOSTS: "b.example,a.example,10.0.0.7,[::1]"}
