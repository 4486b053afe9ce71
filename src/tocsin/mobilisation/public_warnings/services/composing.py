"""A warning as a CAP message: what Art. 64 asks for, in the elements that carry it, signed and judged by our own check."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from tocsin.base.errors import InvalidInput
from tocsin.mobilisation.public_warnings.models import PublicWarning
from tocsin.mobilisation.public_warnings.policy import WarningPolicy, warning_policy
from tocsin.mobilisation.public_warnings.queries.warnings import chain_of, places_of, seen_hash, shape_of_unit, undrawn_towns
from tocsin.mobilisation.public_warnings.rules.cap.checking import Verdict, check
from tocsin.mobilisation.public_warnings.rules.cap.message import (
    Alert,
    Area,
    Certainty,
    Info,
    MsgType,
    Named,
    Reference,
    ResponseType,
    Scope,
    Status,
    Urgency,
)
from tocsin.mobilisation.public_warnings.rules.cap.signing import sign
from tocsin.mobilisation.public_warnings.rules.places import as_cap
from tocsin.mobilisation.public_warnings.rules.states import FIELDS, LANGUAGES, NUMBERS, lacking_texts
from tocsin.mobilisation.public_warnings.services.signer import signer_at
from tocsin.notices.face import link_address

_LOCALES = {"zh": "zh-hans", "en": "en"}
_LEVELS = {
    "zh": {"red": "红色", "orange": "橙色", "yellow": "黄色", "blue": "蓝色"},
    "en": {"red": "red", "orange": "orange", "yellow": "yellow", "blue": "blue"},
}
NAMES_OF_LANGUAGES = {"zh": "Chinese", "en": "English"}


@dataclass(frozen=True)
class Message:
    """The signed bytes of a warning, when they say that it was sent, and the hash of the content from which they were made.

    `undrawn`: codes of its towns whose outlines nobody delivers.
    """

    data: bytes
    sent: datetime
    content: str
    undrawn: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """Of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


def write_message(warning: PublicWarning, now: datetime) -> Message:
    """The message if it is issued now, signed with the installation's key. Outlines are read and signatures made, which may take
    seconds on a busy machine: call it outside of any transaction. InvalidInput for what our own check would not follow.
    """
    sent = now.replace(microsecond=0)
    signer = signer_at(sent)
    data = sign(compose(warning, now=sent, web=_page_of(warning)), signer)
    checked = check(data, trusted=signer.certificates)
    if checked.verdict is not Verdict.VALID:
        raise InvalidInput(_("The message would not be valid: %(why)s") % {"why": checked.why})
    return Message(data, sent, seen_hash(warning), tuple(undrawn_towns(warning)))


def compose(warning: PublicWarning, *, now: datetime, web: str) -> Alert:
    """The message of a warning that is issued now; `web`: the address of its page, empty where outsiders do not reach us."""
    policy = warning_policy(warning.region_code)
    lacking = lacking_texts(warning.texts)
    spoken = [language for language in LANGUAGES if language not in lacking]
    missing = ", ".join(NAMES_OF_LANGUAGES[language] for language in lacking)
    return Alert(
        identifier=str(warning.pk),
        sender=policy.sender,
        sent=now,
        status=Status.EXERCISE if warning.exercise else Status.ACTUAL,
        msg_type=MsgType(warning.msg_type),
        scope=Scope.PUBLIC,
        note=f"Languages that are missing or not complete: {missing}" if missing else "",
        references=_references(warning, policy),
        infos=tuple(_info(warning, language, policy, now, web) for language in spoken),
    )


def _references(warning: PublicWarning, policy: WarningPolicy) -> tuple[Reference, ...]:
    """All messages before it, as receivers may have missed one."""
    return tuple(
        Reference(policy.sender, str(one.pk), one.issued_at.replace(microsecond=0))
        for one in chain_of(warning)
        if one.issued_at is not None
    )


def _info(warning: PublicWarning, language: str, policy: WarningPolicy, now: datetime, web: str) -> Info:
    kind, level = policy.kind[warning.kind], policy.level[warning.level]  # type: ignore[index]
    texts = {field: warning.texts[language][field].strip() for field in FIELDS}
    is_cancel = warning.msg_type == MsgType.CANCEL
    with override(_LOCALES[language]):
        issuer = str(warning.organisation or "")
    return Info(
        language=LANGUAGES[language],
        event=kind.zh if language == "zh" else kind.en,
        categories=(kind.category,),
        response_types=(ResponseType.ALL_CLEAR,) if is_cancel else level.response,
        urgency=Urgency.PAST if is_cancel else level.urgency,
        severity=level.severity,
        certainty=Certainty.OBSERVED if is_cancel else level.certainty,
        event_codes=(Named("GB/T 35561", kind.code),) if kind.code else (),
        effective=now,
        onset=None if is_cancel else warning.onset_at,
        expires=warning.expires_at,
        sender_name=issuer,
        headline=texts["headline"],
        description=texts["caution"],
        instruction=texts["measures"],
        web=web,
        parameters=(
            Named("scale", "warning level (预警级别)"),
            Named("colour", _LEVELS[language][warning.level]),
            Named("level", str(NUMBERS[warning.level])),
        ),
        areas=tuple(_areas(warning, texts["area"])),
    )


def _areas(warning: PublicWarning, description: str) -> list[Area]:
    return [as_cap(place, description, shape_of_unit) for place in places_of(warning)]


def _page_of(warning: PublicWarning) -> str:
    address = link_address()
    return f"{address}{reverse('open_warning', args=[warning.pk])}" if address and not warning.exercise else ""
