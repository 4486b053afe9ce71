"""CAP messages, keys and certificates for the tests."""

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import Certificate
from cryptography.x509.oid import NameOID

from tocsin.mobilisation.public_warnings.rules.cap.message import (
    Alert,
    Area,
    Category,
    Certainty,
    Info,
    MsgType,
    Named,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
)
from tocsin.mobilisation.public_warnings.rules.cap.signing import Signer

SENT = datetime(2026, 1, 2, 21, 2, tzinfo=UTC)
SQUARE = "36.10000,120.30000 36.10000,120.40000 36.20000,120.40000 36.20000,120.30000 36.10000,120.30000"


def rain(**changed: object) -> Alert:
    """An orange rain warning for Licang."""
    info = Info(
        language="zh-CN",
        event="暴雨",
        categories=(Category.MET,),
        response_types=(ResponseType.PREPARE, ResponseType.AVOID),
        urgency=Urgency.EXPECTED,
        severity=Severity.SEVERE,
        certainty=Certainty.LIKELY,
        onset=SENT + timedelta(hours=1),
        expires=SENT + timedelta(hours=12),
        sender_name="青岛市气象局",
        headline="暴雨橙色预警",
        description="预计 3 小时内降雨量将达 50 毫米以上 <&>",
        instruction="不要进入地下空间。",
        parameters=(Named("colour", "orange"), Named("level", "2")),
        areas=(Area("李沧区", polygons=(SQUARE,), circles=("36.15,120.35 1.5",), geocodes=(Named("GB/T 2260", "370213"),)),),
    )
    fields: dict[str, object] = {
        "identifier": "370213-20260103-0001",
        "sender": "weather@qingdao.example",
        "sent": SENT,
        "status": Status.ACTUAL,
        "msg_type": MsgType.ALERT,
        "scope": Scope.PUBLIC,
        "infos": (info,),
    }
    return Alert(**(fields | changed))  # type: ignore[arg-type]


def certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
    *,
    issuer: Signer | None = None,
    authority: bool = False,
    begins: datetime = SENT - timedelta(days=30),
    ends: datetime = SENT + timedelta(days=30),
) -> Certificate:
    """A certificate for the key, by its issuer or by itself."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificates[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    return built.sign(issuer.key if issuer else key, hashes.SHA256())  # type: ignore[arg-type]


@cache
def own_signer() -> Signer:
    """RSA, its certificate made by itself."""
    key = rsa.generate_private_key(65537, 2048)
    return Signer(key, (certificate("weather", key),))


@cache
def authority() -> Signer:
    """Who issues certificates."""
    key = ec.generate_private_key(ec.SECP256R1())
    return Signer(key, (certificate("authority", key, authority=True),))


def issued_signer(**times: datetime) -> Signer:
    """ECDSA, by the authority through one between."""
    between_key = ec.generate_private_key(ec.SECP256R1())
    between = Signer(between_key, (certificate("between", between_key, issuer=authority(), authority=True),))
    key = ec.generate_private_key(ec.SECP256R1())
    return Signer(key, (certificate("bureau", key, issuer=between, **times), between.certificates[0]))
