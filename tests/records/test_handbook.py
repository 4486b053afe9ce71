"""The handbook: every chapter in both languages, alike in their parts and links, and no link leads nowhere."""

import dataclasses
import re
from importlib.resources import files
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.people import LICANG, make_person, signed_in
from tocsin.records import handbook
from tocsin.records.handbook.queries import LANGUAGES, read_text, read_tours
from tocsin.records.handbook.rules import CHAPTERS
from tocsin.workshop.demo.memory import Login
from tocsin.workshop.demo.tours import tour_lines

SLUGS = [one.slug for one in CHAPTERS]


def source(slug: str, language: str) -> str:
    return files(handbook).joinpath("chapters", f"{slug}.{language}.md").read_text("utf-8")


def test_each_chapter_is_there_in_both_languages_and_nothing_else() -> None:
    there = {one.name for one in files(handbook).joinpath("chapters").iterdir()}
    assert there == {f"{slug}.{language}.md" for slug in SLUGS for language in LANGUAGES}


@pytest.mark.parametrize("slug", SLUGS)
def test_both_languages_have_the_same_parts_and_links(slug: str) -> None:
    told = []
    for language in LANGUAGES:
        text = source(slug, language)
        parts = [line.split(" ")[0] for line in text.splitlines() if line.startswith("#")]
        told.append((parts, sorted(re.findall(r"\(((?:page|picture):\w+)\)", text))))
    assert told[0] == told[1]
    assert len(told[0][1]) >= 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", SLUGS)
def test_links_are_addresses_and_parts_have_anchors(slug: str, language: str) -> None:
    text = read_text(slug, language)
    assert text.title
    assert "page:" not in text.body
    pictures = re.findall(r'src="/static/([^"]+)"', text.body)
    assert pictures
    assert [one for one in pictures if not files("tocsin").joinpath("static", one).is_file()] == []
    assert re.findall(r'<h2 id="([^"]+)">', text.body) == [part.anchor for part in text.parts]
    assert all(part.words in text.body for part in text.parts)


@pytest.mark.parametrize("slug", SLUGS)
def test_tours_visit_pages_that_are_there_and_speak_both_languages(slug: str) -> None:
    steps = read_tours()[slug]
    assert len(steps) >= 4
    for step in steps:
        assert reverse(step.page)
        assert step.zh
        assert step.en
        assert not re.search(r"[\u4e00-\u9fff]", step.en)
    last = steps[-1]
    assert reverse(last.then) and last.then_zh and last.then_en, "the end of a tour leads to the next act"
    assert not any(step.then for step in steps[:-1])


PHONES = {"crew": "crew_phone", "inspector": "inspector_phone", "firm": "firm_phone"}


@pytest.mark.parametrize("slug", PHONES)
def test_tours_of_who_works_outside_visit_the_phone_page(slug: str) -> None:
    assert PHONES[slug] in {step.page for step in read_tours()[slug]}


@pytest.mark.django_db
@pytest.mark.one_database
def test_today_begins_the_readers_own_tour(regions: None) -> None:
    client = signed_in(make_person("duty_officer"))
    assert "data-tour-now" not in client.get("/today/").content.decode()
    page = client.get("/today/?tour=1").content.decode()
    assert "data-tour-now" in page and "Take over at the duty desk" in page
    assert "data-tour=" not in signed_in(make_person("leader")).get("/today/?tour=1").content.decode(), "no chapter, no tour"


@pytest.mark.django_db
@pytest.mark.one_database
def test_a_demonstration_shows_around_from_its_first_page(db: None, settings: Any) -> None:
    duty = make_person("duty_officer").username
    anybody = Client(headers={"accept-language": "en"})
    assert "Show me around" not in anybody.get("/login/").content.decode(), "nobody is offered where nothing is set"
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, shown_around=(duty, "who-left-long-ago"))
    page = anybody.get("/login/?next=/cases/").content.decode()
    assert f"/login/?tour={duty}" in page and "uty officer" in page and "who-left-long-ago" not in page
    chosen = anybody.get(f"/login/?tour={duty}").content.decode()
    assert f'value="{duty}"' in chosen and 'value="/today/?tour=1"' in chosen
    other = anybody.get("/login/?tour=who-left-long-ago&next=/cases/").content.decode()
    assert "?tour=1" not in other and 'value="who-left-long-ago"' not in other, "who is not offered is not confirmed to be there"
    entered = anybody.post("/login/", {"username": duty, "password": "a long password", "next": "/today/?tour=1"})
    assert entered.headers["Location"] == "/today/?tour=1"


@pytest.mark.one_database
def test_the_first_lines_of_a_demonstration_name_the_tours() -> None:
    people = [
        Login("utility_crew", "gas_crew", "one"),
        Login("viewer", "viewer", "three"),
        Login("duty_officer", "duty", "four"),
    ]
    assert tour_lines(people, "http://127.0.0.1:8000/") == [
        "duty officer          http://127.0.0.1:8000/login/?tour=duty  password four",
        "utility crew          http://127.0.0.1:8000/login/?tour=gas_crew  password one",
    ]


def test_every_chapter_has_a_tour_and_every_tour_a_chapter() -> None:
    assert sorted(read_tours()) == sorted(SLUGS)


@pytest.mark.django_db
@pytest.mark.one_database
@pytest.mark.parametrize(
    ("role", "own"), [("duty_officer", "duty-officer"), ("utility_crew", "crew"), ("inspector", "inspector")]
)
def test_ones_own_chapter_stands_first(regions: None, role: str, own: str) -> None:
    browser = signed_in(make_person(role, organisation="drainage_bureau"), "zh-hans")
    page = browser.get("/handbook/").content.decode()
    assert re.findall(r'<h2><a href="/handbook/([^/]+)/">', page)[0] == own
    assert "手册</h1>" in browser.get(f"/handbook/{own}/").content.decode()


@pytest.mark.django_db
@pytest.mark.one_database
def test_unknown_chapters_are_not_found_and_strangers_sign_in_first(regions: None) -> None:
    assert signed_in(make_person("duty_officer", LICANG)).get("/handbook/none/").status_code == 404
    assert Client().get("/handbook/").status_code == 302


@pytest.mark.django_db
@pytest.mark.one_database
@pytest.mark.parametrize(
    ("role", "slug"),
    [
        ("duty_officer", "duty-officer"),
        ("unit_desk", "crew"),
        ("inspector", "inspector"),
        ("firm_officer", "firm"),
        ("system_administrator", "administrator"),
    ],
)
def test_who_a_tour_is_for_may_open_each_of_its_pages(regions: None, role: str, slug: str) -> None:
    browser = signed_in(make_person(role, organisation="drainage_bureau" if slug == "crew" else "emergency_bureau"))
    for step in read_tours()[slug]:
        answer = browser.get(reverse(step.page), follow=True)
        assert answer.status_code == 200, step.page
        assert answer.request["PATH_INFO"].startswith(reverse(step.page)), step.page
