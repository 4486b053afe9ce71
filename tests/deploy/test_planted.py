"""Secrets and numbers are planted by the ordinary ways in, then looked for: in every column of the database, which holds the
outbox and so all that goes over the bus, and in the log. Each may lie where it is said here, and nowhere else.
"""

import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta

import pyrage
import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import ExifTags, Image

from tests.accounts import PASSWORD, PersonMaker
from tests.accounts import make_person as make_person
from tests.accounts import regions as regions
from tests.mobilisation.public import Reporter
from tests.mobilisation.test_app_launches import AUDIENCE, ISSUER, KEYS, pem, signed
from tests.people import LICANG
from tocsin.base.ids import new_id
from tocsin.base.keys import Purpose, key_for, ring
from tocsin.bus.models import OutboxEvent
from tocsin.command.intake.services import Report, take_in
from tocsin.jurisdiction.contacts.services.points import add_contact_point, remove_contact_point
from tocsin.jurisdiction.people.services.second_step import SealedSecrets, set_up_second_step
from tocsin.jurisdiction.people.services.tokens import create_token
from tocsin.mobilisation.hazard_reports.models import ReportPhoto, SealedIdentity
from tocsin.mobilisation.hazard_reports.rules.sealing import Slot
from tocsin.mobilisation.hazard_reports.services.keys import decide_key, propose_key
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.rules.links import token_of
from tocsin.portal.logs import OneLine
from tocsin.records.face import Imported, import_policy
from tocsin.sensing.devices.services.registering import register_device

pytestmark = [pytest.mark.one_database, pytest.mark.django_db]

WHERE: dict[str, set[str]] = {
    "password": set(),
    "new password": set(),
    "key of a program": set(),
    "secret of a device": set(),
    "secret of an authenticator": set(),
    "recovery code": set(),
    "one-time link": set(),
    "the installation's secret": set(),
    "key of a link, as text": set(),
    "key in a robot's address": {"ContactPoint.address"},
    "a person's private number": {"ContactPoint.address", "AuditEntry.details"},  # who entered which number, for `audit.see`
    "a caller's name": {"Case.caller", "CaseChange.figures", "LogEntry.figures"},
    "name of who reported a hazard": set(),
    "number of who reported a hazard": set(),
    "secret of who reported a hazard": set(),
    "name of whom an operator wrote down": set(),
    "account of whom an operator wrote down": set(),
    "name that an app tells": set(),
    "account that an app tells": set(),
    "ticket of an app": set(),
    "owner of a camera": set(),
    "serial number of a camera": set(),
    "name of a photo's file": set(),
    "where a photo was taken": set(),
    "a caller's number": {"Case.caller_telephone", "CaseChange.figures", "LogEntry.figures"},
}
"""Who was planted -> the only columns that may hold it."""
OF_REPORTERS = {
    *("name of who reported a hazard", "number of who reported a hazard", "secret of who reported a hazard"),
    *("name of whom an operator wrote down", "account of whom an operator wrote down"),
    *("name that an app tells", "account that an app tells", "ticket of an app"),
    *("owner of a camera", "serial number of a camera", "name of a photo's file", "where a photo was taken"),
}
"""What no file of the data folder holds either."""


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """All that is logged at DEBUG."""
    text, root = io.StringIO(), logging.getLogger()
    handler, before = logging.StreamHandler(text), root.level
    handler.setFormatter(OneLine())
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(before)


def columns_with(planted: dict[str, str]) -> dict[str, set[str]]:
    """The columns of all tables in which each text stands."""
    found: dict[str, set[str]] = {name: set() for name in planted}
    for model in apps.get_models(include_auto_created=True):
        names = [field.name for field in model._meta.concrete_fields]
        for row in model._default_manager.values_list(*names):
            for column, value in zip(names, row, strict=True):
                text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
                for name in [name for name, secret in planted.items() if secret in text]:
                    found[name].add(f"{model.__name__}.{column}")
    return found


def plant_reporter(make_person: PersonMaker) -> dict[str, str]:
    """Who reports a hazard by the page, under a sealed name, and asks again by number and secret."""
    watcher = make_person("secrecy_supervisor", username="watcher-of-keys")
    for slot in Slot:
        keeper, pair = make_person("identity_keeper", username=f"keeper-{slot}"), pyrage.x25519.Identity.generate()
        new = propose_key(actor=keeper, slot=slot, recipient=str(pair.to_public()), now=timezone.now())
        decide_key(actor=watcher, key_id=new.pk, taken=True, now=timezone.now())
    reporter = Reporter()
    who = {"name": "Reporter Planted", "telephone": "13705320911"}
    assert reporter.sends(mode="hidden", identity=who).status_code == 200 and reporter.asks().status_code == 200
    reporter.asks(secret=reporter.secret[::-1])
    assert SealedIdentity.objects.exists()
    taken = photo_with_traces()
    file = SimpleUploadedFile("IMG-of-Reporter-Planted.jpg", taken, "image/jpeg")
    answer = reporter.client.post("/hazard/photos", {"number": reporter.number, "secret": reporter.secret, "file": file})
    assert answer.status_code == 200 and ReportPhoto.objects.get().original is not None
    return {
        "owner of a camera": "Camera-Owner-Planted",
        "serial number of a camera": "SERIAL-PLANTED-77QZ",
        "name of a photo's file": "IMG-of-Reporter-Planted",
        "where a photo was taken": POSITION,
        "name of who reported a hazard": who["name"],
        "number of who reported a hazard": who["telephone"],
        "secret of who reported a hazard": reporter.secret,
        **plant_caller(make_person),
        **plant_launch(make_person),
    }


def plant_launch(make_person: PersonMaker) -> dict[str, str]:
    """For whom a government app opens the page, and the ticket that stands for the name."""
    who = {"name": "Opened By-App", "telephone": "13705320933", "account": "Account-Of-App-8765"}
    row = f'{{ issuer = "{ISSUER}", zh = "爱山东", en = "Ai", audience = "{AUDIENCE}", keys = ["""{pem(KEYS[0])}"""] }}'
    people = [make_person(role, username=f"app-{role}", region_code="000000") for role in ("rule_engineer", "supervisor")]
    about = Imported(source="an agreement", confidence="B", reason="the app is joined")
    import_policy(actor=people[0], second=people[1], text=f"[mobilisation.apps]\napp = [{row}]\n", about=about)
    reporter, at, sealed = Reporter(), int(timezone.now().timestamp()), SealedIdentity.objects.count()
    text = signed(iat=at, exp=at + 300, **who)
    ticket = reporter.client.post("/hazard/launch", {"text": text}, content_type="application/json").json()["ticket"]
    assert reporter.sends(mode="hidden", ticket=ticket).status_code == 200
    assert SealedIdentity.objects.count() == sealed + 1
    return {"name that an app tells": who["name"], "account that an app tells": who["account"], "ticket of an app": ticket}


def plant_caller(make_person: PersonMaker) -> dict[str, str]:
    """Who reports by telephone, with an account for the reward, as an operator writes them down."""
    who = {"name": "Caller Written-Down", "telephone": "13705320922", "account": "Account-Planted-4321"}
    desk, sealed = Client(), SealedIdentity.objects.count()
    desk.force_login(make_person("report_officer", username="operator"))
    said = {"region_code": LICANG, "kind": "fire", "firm": "", "place": "", "text": "Goods on the stairs.", "since": ""}
    sent = {**said, "channel": "12350", "channel_reference": "", "mode": "named", **who}
    assert desk.post("/hazard-reports/new/take-in/", sent).status_code == 200
    assert SealedIdentity.objects.count() == sealed + 1
    return {"name of whom an operator wrote down": who["name"], "account of whom an operator wrote down": who["account"]}


POSITION = "Position-36-10-30-Planted"
"""In the field of the GPS where words may stand: figures may be found by chance."""


def photo_with_traces() -> bytes:
    """A photo as a phone takes it, larger than what Django keeps in memory."""
    exif, kept = Image.Exif(), io.BytesIO()
    exif[ExifTags.Base.Artist] = "Camera-Owner-Planted"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.BodySerialNumber] = "SERIAL-PLANTED-77QZ"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitude], place[ExifTags.GPS.GPSLatitudeRef] = (36.0, 10.0, 30.0), "N"
    place[ExifTags.GPS.GPSAreaInformation] = POSITION
    Image.effect_noise((1800, 1600), 80).convert("RGB").save(kept, "JPEG", quality=95, exif=exif)
    assert len(kept.getvalue()) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    return kept.getvalue()


def files_with(planted: dict[str, str]) -> set[str]:
    """What stands in some file of the data folder: attachments, bus, logs, keys: all that a backup takes."""
    found = set()
    for path in [one for one in settings.CONFIGURATION.data.rglob("*") if one.is_file()]:
        data = path.read_bytes()
        found |= {name for name, secret in planted.items() if secret.encode() in data or secret in path.name}
    return found


def plant(make_person: PersonMaker) -> dict[str, str]:
    """Everything that must not leak, by the ways in which it comes."""
    officer, engineer = make_person("duty_officer", username="officer"), make_person("rule_engineer", username="engineer")
    planted = {
        "password": PASSWORD,
        "new password": "an anchor for 9 rafts",
        "secret of an authenticator": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        "key in a robot's address": "robot-key-4f1d2c",
        "a person's private number": "13805320427",
        "a caller's name": "Liu Planted",
        "a caller's number": "15905320815",
        "the installation's secret": ring().secrets()[0].text,
        "key of a link, as text": key_for(Purpose.LINKS).hex(),
    }
    client = Client(raise_request_exception=False)
    client.post("/login/", {"username": "officer", "password": PASSWORD})
    new = planted["new password"]
    assert client.post("/account/password/", {"old": PASSWORD, "new": new, "again": new}).status_code == 302
    now = timezone.now()
    code = format_hotp_value(hotp_value(planted["secret of an authenticator"], int(now.timestamp()) // 30))
    session, sealed = client.session.session_key or "", SealedSecrets().encrypt(planted["secret of an authenticator"])
    codes = set_up_second_step(user=officer, secret=sealed, code=code, session_key=session, now=now)
    planted["recovery code"] = codes[0]
    planted["key of a program"] = create_token(user=engineer, name="program", scopes=("sensors.see",), now=now)[1]
    Client().get("/api/v1/jurisdiction/me", headers={"Authorization": f"Bearer {planted['key of a program']}"})
    planted["secret of a device"] = register_device(actor=engineer, code="well-1", name="", region_code=LICANG)[1]
    robot = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={planted["key in a robot's address"]}"
    for kind, address in (("webhook", robot), ("sms", planted["a person's private number"])):
        point = add_contact_point(actor=officer, kind=kind, address=address, user_id=officer.pk)
        remove_contact_point(actor=officer, contact_point_id=point.pk)
        add_contact_point(actor=officer, kind=kind, address=address, user_id=officer.pk)
    said = {"caller": planted["a caller's name"], "telephone": planted["a caller's number"]}
    take_in(actor=officer, region_code=LICANG, report=Report(kind="gas", place="12 Shiniushan Road", **said))
    planted |= plant_reporter(make_person)
    about = {"region_code": LICANG, "purpose": "order", "why": "unit", "key": str(new_id()), "written_at": now}
    notice = Notice.objects.create(person=officer, deadline=now + timedelta(hours=1), **about)
    planted["one-time link"] = token_of(notice.pk, key_for(Purpose.LINKS))
    Client(raise_request_exception=False).get(f"/n/{planted['one-time link']}/")
    return planted


def test_what_is_planted_lies_where_it_may_and_nowhere_else(written: io.StringIO, make_person: PersonMaker) -> None:
    planted = plant(make_person)
    assert planted.keys() == WHERE.keys()
    found = columns_with({**planted, "a text that is there": "well-1"})
    assert "Device.code" in found.pop("a text that is there") and OutboxEvent.objects.exists(), "it looks and finds"
    too_far = {name: columns - WHERE[name] for name, columns in found.items() if columns - WHERE[name]}
    assert too_far == {}
    assert {name for name, columns in WHERE.items() if columns and not found[name]} <= {"a caller's name", "a caller's number"}
    assert [name for name, secret in planted.items() if secret in written.getvalue()] == []
    of_reporters = {name: planted[name] for name in planted if name in OF_REPORTERS}
    assert len(of_reporters) == len(OF_REPORTERS) and files_with(of_reporters) == set()
    assert files_with({"the copy": "JFIF"}) and files_with({"the sealed one": "age-encryption.org"}), "it looks and finds"
