"""Citizens choose whose warnings they hear: what is asked counts once the code that was sent to the address came back.

A browser that takes pushes is its own proof. Whoever asks learns nothing of who else has asked.
"""

import hmac
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.keys import Purpose, key_for, keys_of
from tocsin.base.work import is_worked_for
from tocsin.jurisdiction.areas.rules.codes import TOWN_DIGITS
from tocsin.jurisdiction.face import areas_with_towns, contact_kinds, may_ring, names_of_towns
from tocsin.mobilisation.public_warnings.models import SubscriberTown, WarningSignUp, WarningSubscriber
from tocsin.mobilisation.public_warnings.policy import SignUp, warning_policy
from tocsin.mobilisation.public_warnings.rules.reading_links import row_of
from tocsin.mobilisation.public_warnings.rules.states import LANGUAGES
from tocsin.mobilisation.public_warnings.services import addresses
from tocsin.mobilisation.public_warnings.services.subscribers import forget_subscriber
from tocsin.notices.channels.rules.letters import Letter
from tocsin.notices.face import channels_set_up, link_address, open_channels

log = logging.getLogger(__name__)
CODED = ("email", "sms")
PUSH = "web_push"
EVERYWHERE = "000000"
AT_ONCE = 50


@dataclass(frozen=True)
class NewSignUp:
    """What a citizen asks for: an address, its towns (none: no warnings any more) and the work that the page did for it."""

    id: UUID
    channel: str
    address: str
    towns: tuple[str, ...]
    language: str = "zh"
    nonce: str = ""


def ways() -> list[str]:
    """The ways that are set up here, by which citizens may be told."""
    found = channels_set_up()
    return [one for one in (PUSH, *CODED) if one in found]


def ask(*, new: NewSignUp, now: datetime) -> WarningSignUp:
    """Keeps what is asked until its code comes back. The same request twice is one; a refusal says what to mend."""
    limits = _limits()
    _check(new, limits, CODED)
    if not contact_kinds()[new.channel].is_address(new.address) or not may_ring(new.channel, new.address):
        raise InvalidInput(_("This is no address to which a code can be sent: look at it again."))
    known = addresses.hashes_of(new.channel, new.address)
    sealed = addresses.seal(addresses.plain_address(new.channel, new.address))
    with transaction.atomic():
        if twice := WarningSignUp.objects.filter(pk=new.id, address_hash__in=known).first():
            return twice
        if WarningSignUp.objects.filter(pk=new.id).exists():
            raise InvalidInput(_("The request can't be read."))
        lately = WarningSignUp.objects.filter(channel=new.channel, created_at__gt=now - timedelta(hours=1))
        if lately.filter(address_hash__in=known).count() >= limits.codes_of_address_h:
            raise Conflict(_("Codes have been sent there already: look for them, or try again in an hour."))
        if lately.count() >= limits.codes_h:
            raise Conflict(_("Very many sign up just now: try again in an hour."))
        return WarningSignUp.objects.create(
            id=new.id,
            channel=new.channel,
            address=sealed,
            address_hash=known[0],
            language=new.language,
            towns=list(new.towns),
            created_at=now,
        )


def confirm(*, sign_up_id: UUID, code: str, now: datetime) -> bool:
    """The code came back: what was asked counts. True where warnings come from now on, False where they have ended."""
    limits = _limits()
    with transaction.atomic():
        row = WarningSignUp.objects.select_for_update().filter(pk=sign_up_id).first()
        if row is None or now - row.created_at > timedelta(minutes=limits.code_minutes):
            raise Conflict(_("The code is too old: begin again."))
        if row.done_at is not None:
            return bool(row.towns)
        if row.tries >= limits.code_tries:
            raise Conflict(_("This code was tried too often: begin again."))
        row.tries += 1
        right = any(hmac.compare_digest(one.encode(), code.strip().encode()) for one in _codes(row.pk))
        address = addresses.opened(row.address)
        if right:
            _put(row.channel, address, row.towns, row.language, now)
            row.done_at, row.address = now, ""
        row.save()
    if not right:
        raise InvalidInput(_("This is not the code that was sent. Look at the newest message."))
    return bool(row.towns)


def subscribe_browser(*, new: NewSignUp, now: datetime) -> None:
    """A browser gave its subscription: it is its own proof. No towns: it is told no more."""
    _check(new, _limits(), (PUSH,))
    with transaction.atomic():
        _put(PUSH, new.address, new.towns, new.language, now)


def end_by_mark(*, mark: str, now: datetime) -> bool:
    """One press on the link of a letter: nothing goes to that address any more, and it is forgotten. False for no such link."""
    number = row_of("end", mark, keys_of(Purpose.LINKS))
    with transaction.atomic():
        row = WarningSubscriber.objects.select_for_update().filter(pk=number).first() if number is not None else None
        if row is None:
            return False
        forget_subscriber(row, now)
    return True


def address_shown(row: WarningSignUp) -> str:
    """So much of the address that its owner knows it again."""
    return addresses.shortened(row.channel, addresses.opened(row.address))


def send_codes(*, now: datetime) -> bool:
    """Hands over codes that were asked for, each once, and forgets what was asked a day ago; True while more wait."""
    WarningSignUp.objects.filter(created_at__lt=now - timedelta(days=1)).delete()
    waiting = list(WarningSignUp.objects.filter(sent_at=None, done_at=None).order_by("created_at", "id")[:AT_ONCE])
    if not waiting:
        return False
    channels, _wrong = open_channels()
    try:
        for row in waiting:
            if not WarningSignUp.objects.filter(pk=row.pk, sent_at=None).update(sent_at=now):
                continue
            channel = channels.get(row.channel)
            if channel is None:
                continue
            answer = channel.send(_letter(row))
            WarningSignUp.objects.filter(pk=row.pk).update(outcome=answer.verdict.value)
    finally:
        for channel in channels.values():
            channel.close()
    return True


def _limits() -> SignUp:
    return warning_policy(EVERYWHERE).sign_up


def _check(new: NewSignUp, limits: SignUp, known: Sequence[str]) -> None:
    if new.channel not in known or new.channel not in ways():
        raise InvalidInput(_("This way is not set up here: choose another one."))
    if new.language not in LANGUAGES or len(new.address) > 500:
        raise InvalidInput(_("The request can't be read."))
    if len(set(new.towns)) > limits.most_towns:
        raise InvalidInput(_("Choose at most %(most)s towns.") % {"most": limits.most_towns})
    if set(new.towns) - set(names_of_towns(new.towns)) - areas_with_towns():
        raise InvalidInput(_("Choose the towns from the list."))
    if not is_worked_for(str(new.id), new.address, new.nonce, bits=limits.work_bits):
        raise InvalidInput(_("The page did not finish its work for this request: open it anew and send it again."))


def _put(channel: str, address: str, towns: Sequence[str], language: str, now: datetime) -> None:
    """What the owner of the address wants from now on."""
    rows = WarningSubscriber.objects.select_for_update()
    row = rows.filter(channel=channel, address_hash__in=addresses.hashes_of(channel, address)).first()
    if not towns:
        if row is not None:
            forget_subscriber(row, now)
        return
    wholes = {one for one in towns if len(one) < TOWN_DIGITS}
    first, *others = sorted(wholes | {one for one in towns if one[:6] not in wholes})
    row = row or WarningSubscriber(channel=channel, created_at=now)
    row.address, row.address_hash = addresses.seal(address), addresses.hash_of(channel, address)
    row.town_code, row.region_code, row.language, row.own, row.ended_at = first, first[:6], language, True, None
    row.save()
    SubscriberTown.objects.filter(subscriber=row).delete()
    SubscriberTown.objects.bulk_create(SubscriberTown(subscriber=row, town_code=town) for town in others)


def _codes(sign_up_id: UUID) -> list[str]:
    """The code, by the key in force first; nothing of it stands in the database."""
    return [_code(sign_up_id, key) for key in keys_of(Purpose.CONTACTS)]


def _code(sign_up_id: UUID, key: bytes) -> str:
    made = hmac.digest(key, f"public warnings {sign_up_id}".encode(), "sha256")
    return f"{int.from_bytes(made[:8]) % 10**6:06d}"


def _letter(row: WarningSignUp) -> Letter:
    code, address = _code(row.pk, key_for(Purpose.CONTACTS)), link_address()
    page = f"{address}{reverse('confirm_warnings', args=[row.pk])}" if address else ""
    with override("zh-hans" if row.language == "zh" else "en"):
        words = (
            _("Your code for public warnings: %(code)s. If you did not ask for it, do nothing.")
            if row.towns
            else _("Your code for ending public warnings: %(code)s. If you did not ask for it, do nothing.")
        ) % {"code": code}
        subject = _("Code for public warnings")
    link = f"{page}?code={code}" if page and row.channel == "email" else ""
    return Letter(
        id=f"warning-code-{row.pk.hex}",
        address=addresses.opened(row.address),
        subject=subject,
        text=words,
        redacted=words,
        link=link,
        public_link=link,
        urgent=True,
    )
