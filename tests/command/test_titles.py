"""The title of a case that no alarm leads is told from what it was opened for, in the reader's language."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils import translation

from tests.people import LICANG, make_person
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules.cases import Origin
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.command.handling.services.handling import open_case_by_hand
from tocsin.command.intake.services import Report, take_in


@pytest.mark.parametrize(
    ("matter", "chinese", "english"),
    [
        ({"by": "public_report", "kind": "gas"}, "群众举报：燃气隐患", "Report by the public: gas hazard"),
        ({"by": "sighting", "kind": "smoke", "name": "海达化工"}, "烟雾：海达化工", "smoke: 海达化工"),
        ({"by": "episode", "kind": "sudden_stop", "name": "海达化工"}, "突然停车：海达化工", "sudden stop: 海达化工"),
        ({"by": "release", "name": "NH3"}, "泄漏：NH3", "Release: NH3"),
        ({"by": "door"}, "入户发现有人需要救助", "Somebody behind a door needs help"),
    ],
)
@pytest.mark.django_db
def test_every_reader_is_told_it_in_their_own_language(matter: dict[str, str], chinese: str, english: str) -> None:
    case = open_case_by_hand(
        actor=make_person("duty_officer"), region_code=LICANG, place="Well 7", level=AlarmLevel.BLUE, matter=matter
    )
    for language, words in (("zh-hans", chinese), ("en", english)):
        with translation.override(language):
            assert describe_case(case).title == words
    assert case.title == chinese, "as searches of the desk find it"


@pytest.mark.parametrize(("reference", "matter"), [("door:1", {"by": "door"}), ("release:1", {"by": "release", "name": "NH3"})])
@pytest.mark.django_db
def test_cases_that_were_there_before_are_told_so_too(reference: str, matter: dict[str, str]) -> None:
    case = open_case_by_hand(
        actor=make_person("duty_officer"),
        region_code=LICANG,
        place="Well 7",
        level=AlarmLevel.BLUE,
        origin=Origin.CAPABILITY,
        origin_reference=reference,
        matter=matter,
    )
    Case.objects.update(matter={})
    import_module("tocsin.command.migrations.0003_matters_of_cases").fill_matters(apps, None)
    case.refresh_from_db()
    assert case.matter == matter


@pytest.mark.django_db
def test_a_call_is_titled_by_its_kind_until_somebody_types_a_title() -> None:
    officer = make_person("duty_officer")
    case = take_in(actor=officer, region_code=LICANG, report=Report(kind="gas", place="Well 7"))
    typed = take_in(actor=officer, region_code=LICANG, report=Report(kind="gas", place="Well 7", title="It hisses"))
    told = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            told[language] = describe_case(case).title
            assert describe_case(typed).title == "It hisses"
    assert told["zh-hans"] == case.title != told["en"] and told["en"].isascii()
