"""The installation's key and certificate for public warnings, as two files of the data folder.

Where there are none, a key is made with a certificate that it signs itself. A real one is put in by exchanging both files
(docs/public-warnings.md): each message is signed by what lies there at that moment.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.base.secret_files import kept_secret
from tocsin.mobilisation.public_warnings.rules.cap.certificates import holds_at, read_certificates
from tocsin.mobilisation.public_warnings.rules.cap.signing import Signer

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

KEY, CERTIFICATE = "cap_key.pem", "cap_certificate.pem"
_YEARS = 10


def installation_signer() -> Signer:
    """Who signs now; made where there is none. Conflict where the certificate is of another key."""
    folder: Path = settings.CONFIGURATION.data
    key = _key_of(kept_secret(folder / KEY, _new_key))
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise Conflict(_("%(file)s is no RSA or ECDSA key: put another one in.") % {"file": KEY})
    certificates = tuple(read_certificates(kept_secret(folder / CERTIFICATE, lambda: _own_certificate(key))))
    if certificates[0].public_key() != key.public_key():
        raise Conflict(_("%(certificate)s is of another key than %(key)s.") % {"certificate": CERTIFICATE, "key": KEY})
    return Signer(key, certificates)


def signer_at(moment: datetime) -> Signer:
    """The same where the certificate is valid at that time; Conflict otherwise, since nobody would believe it."""
    signer = installation_signer()
    if not holds_at(signer.certificates[0], moment):
        told = {"file": CERTIFICATE, "until": signer.certificates[0].not_valid_after_utc.date()}
        raise Conflict(_("The certificate in %(file)s is not valid now (it ends on %(until)s): put another one in.") % told)
    return signer


@lru_cache(maxsize=2)
def _key_of(pem: bytes) -> "PrivateKeyTypes":
    """The key that a file holds. To see whether its primes are some takes a twentieth of a second, once."""
    return load_pem_private_key(pem, password=None)


def _new_key() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _own_certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    """Valid in the past, too: a demo's clock may stand elsewhere than the machine's."""
    now = datetime.now(UTC)
    name = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, f"Tocsin {settings.CONFIGURATION.now.title or 'public warnings'}"[:64])]
    )
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=365 * _YEARS))
        .not_valid_after(now + timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    return built.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
