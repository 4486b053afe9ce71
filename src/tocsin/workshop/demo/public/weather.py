"""The weather service of a demonstration: it signs warnings of rain as CAP 1.2 and pushes them through the door for such."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID
from django.utils import timezone
from urllib3 import PoolManager, Retry
from urllib3.exceptions import HTTPError

from tocsin.base.errors import Unavailable
from tocsin.base.ids import deterministic_id
from tocsin.base.secret_files import kept_secret
from tocsin.workshop.demo.public.people import person
from tocsin.workshop.demo.public.timeline import Act

if TYPE_CHECKING:
    from tocsin.mobilisation.public_warnings.rules.cap.message import Alert

FOLDER: Final = "weather-service"  # of the demonstration's data: key, certificate, and the token that the service was given
SENDER: Final = "cap@weather.example"
PATH: Final = "/api/v1/mobilisation/incoming-warnings/messages"
AREA: Final = "36.1100,120.3600 36.2300,120.3600 36.2300,120.4900 36.1100,120.4900 36.1100,120.3600"
TRIES: Final = 3  # after the first; the same message twice counts once
_DAYS: Final = 3650


def settle_weather_service(region_code: str, data: Path, now: datetime) -> None:
    """An administrator registers the service with its certificate, and gives it a token that sends as this service alone."""
    from tocsin.jurisdiction.people.services.tokens import create_token
    from tocsin.mobilisation.incoming_warnings.services.sources import NewService, bind_push_token, register_service

    folder, keeper = data / FOLDER, person("sysadmin")
    certificates = kept_secret(folder / "certificate.pem", lambda: _certificate(_key(folder))).decode()
    name = "市气象台（演示）"
    new = NewService(region_code=region_code, name=name, kind="weather", way="push", certificates=certificates, silent_h=1440)
    service = register_service(actor=keeper, new=new, now=now)
    machine_now = timezone.now()  # tokens end by the machine's clock
    token, secret = create_token(user=keeper, name=name, scopes=("warnings.push",), now=machine_now, region_code=region_code)
    bind_push_token(actor=keeper, service_id=service.pk, token_id=token.pk, now=machine_now)
    kept_secret(folder / "token", secret.encode)


@dataclass(frozen=True)
class Told:
    """One message: of which type, how many hours after the story's first moment, what it says in Chinese and English."""

    msg_type: str
    hours: float
    level: str
    zh: tuple[str, str, str]  # headline, description, instruction
    en: tuple[str, str, str]


MESSAGES: Final = (
    Told(
        "Alert",
        1.8,
        "Moderate",
        ("暴雨黄色预警", "预计未来六小时雨夹雪转雨，降雨量50毫米以上，低洼路段可能积水。", "检查排水，停止户外作业。"),
        (
            "Heavy rain, yellow warning",
            "More than 50 mm in six hours; low streets may flood.",
            "Check drains.",
        ),
    ),
    Told(
        "Update",
        7.0,
        "Severe",
        ("暴雨橙色预警", "雨势加强，预计未来三小时降雨量50毫米以上。", "避开下穿桥和低洼路段，转移低洼处物资。"),
        ("Heavy rain, orange warning", "More than 50 mm within three hours.", "Keep away from underpasses and low streets."),
    ),
    Told(
        "Cancel",
        14.0,
        "Severe",
        ("解除暴雨橙色预警", "雨势已减弱。", ""),
        ("The orange warning of heavy rain is lifted", "The rain has eased.", ""),
    ),
)


def acts_of_weather(data: Path, url: str, begin: datetime) -> Iterator[Act]:
    """A yellow warning of rain in the morning, made orange at noon, and its all clear in the evening."""
    for number, told in enumerate(MESSAGES):
        push = partial(_push, data / FOLDER, url, MESSAGES[: number + 1], begin)
        tells = f"the weather service pushes a message (CAP 1.2, signed): {told.en[0]}"
        yield Act(_moment(told, begin), push, tells, by_officer=False)


def _moment(told: Told, begin: datetime) -> datetime:
    return (begin + timedelta(hours=told.hours)).replace(microsecond=0)


def _push(folder: Path, url: str, messages: tuple[Told, ...], begin: datetime, _now: datetime) -> None:
    """The last of these messages, with references to those before it."""
    from tocsin.mobilisation.public_warnings.rules.cap.certificates import read_certificates
    from tocsin.mobilisation.public_warnings.rules.cap.signing import Signer, sign

    signer = Signer(_key(folder), tuple(read_certificates((folder / "certificate.pem").read_bytes())))
    data = sign(_alert(messages, begin), signer)
    headers = {"Authorization": f"Bearer {(folder / 'token').read_text()}", "Content-Type": "application/cap+xml"}
    try:
        pool = PoolManager(retries=Retry(TRIES, allowed_methods=None))
        answer = pool.request("POST", url.rstrip("/") + PATH, body=data, headers=headers, timeout=20.0)
    except HTTPError as error:
        raise Unavailable(f"the door for warnings does not answer: {error}") from error
    if answer.status != HTTPStatus.OK:
        raise Unavailable(f"the door for warnings answered {answer.status}: {answer.data[:200].decode(errors='replace')}")


def _alert(messages: tuple[Told, ...], begin: datetime) -> "Alert":
    from tocsin.mobilisation.public_warnings.rules.cap import message as cap

    told, now = messages[-1], _moment(messages[-1], begin)
    is_cancel = told.msg_type == "Cancel"
    infos = tuple(
        cap.Info(
            event=event,
            categories=(cap.Category.MET,),
            urgency=cap.Urgency.PAST if is_cancel else cap.Urgency.EXPECTED,
            severity=cap.Severity(told.level),
            certainty=cap.Certainty.LIKELY,
            language=language,
            response_types=(cap.ResponseType.ALL_CLEAR if is_cancel else cap.ResponseType.PREPARE,),
            effective=now,
            expires=now + timedelta(hours=12),
            sender_name=sender,
            headline=texts[0],
            description=texts[1],
            instruction=texts[2],
            areas=(cap.Area(area, polygons=(AREA,)),),
        )
        for language, event, sender, texts, area in (
            ("zh-CN", "暴雨", "市气象台（演示）", told.zh, "李沧区"),
            ("en", "rain", "Weather service (demonstration)", told.en, "Licang"),
        )
    )
    return cap.Alert(
        identifier=_identifier(told, begin),
        sender=SENDER,
        sent=now,
        status=cap.Status.ACTUAL,
        msg_type=cap.MsgType(told.msg_type),
        scope=cap.Scope.PUBLIC,
        references=tuple(cap.Reference(SENDER, _identifier(one, begin), _moment(one, begin)) for one in messages[:-1]),
        infos=infos,
    )


def _identifier(told: Told, begin: datetime) -> str:
    return str(deterministic_id("demonstration rain", told.msg_type, begin.isoformat()))


def _key(folder: Path) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(kept_secret(folder / "key.pem", _new_key), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101 - made here
    return key


def _new_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _certificate(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Its own, valid long before and after: the demonstration's clock stands elsewhere than the machine's."""
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SENDER)]), datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=_DAYS))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    return built.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
