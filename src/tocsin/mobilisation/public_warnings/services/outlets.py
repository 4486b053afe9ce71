"""Screens, loudspeakers and gateways by HTTP template, and webhooks: registered with a region, tried by a marked test."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.decoding import convert
from tocsin.base.documents import read_toml
from tocsin.base.errors import InvalidInput
from tocsin.base.ids import new_id
from tocsin.jurisdiction.face import require, require_person_at_screen, towns_of_area
from tocsin.mobilisation.public_warnings.models import SubscriberTown, WarningOutlet, WarningSubscriber
from tocsin.mobilisation.public_warnings.queries.outlets import visible_outlets
from tocsin.mobilisation.public_warnings.rules.outlets import KEEP, OUTLET, SECRETS_BEGIN, OutletKind, secrets_of, shorten
from tocsin.mobilisation.public_warnings.rules.states import LANGUAGES
from tocsin.mobilisation.public_warnings.services.subscribers import forget_subscriber
from tocsin.notices.channels.rules.letters import Answer, Letter
from tocsin.notices.channels.rules.verdicts import Verdict
from tocsin.notices.face import Gateway, GatewaySettings, allowed_inside, is_web_address, open_channels
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.notices.channels.rules.letters import Channel


@dataclass(frozen=True, kw_only=True)
class NewOutlet:
    """A device as its keeper enters it. `template`: TOML as a gateway's table of `channels.toml`; of a webhook, `url` alone."""

    region_code: str
    name: str
    kind: OutletKind
    template: str
    town_code: str = ""
    language: str = "zh"
    longest: int | None = None


class OutletChannel:
    """All devices that a batch of letters is for. The address of a letter is the device's id."""

    def __init__(self, outlets: Iterable[WarningOutlet], webhook: "Channel | None") -> None:
        self.outlets = {str(one.pk): one for one in outlets}
        self.webhook = webhook

    def send(self, letter: Letter) -> Answer:
        """Hands the letter to the device's address, if that may be reached."""
        outlet = self.outlets.get(letter.address)
        if outlet is None:
            return Answer(Verdict.NEVER, "this device is not registered any more")
        short = shorten(letter.text, outlet.longest)
        made = Letter(
            id=letter.id,
            address=outlet.template["url"] if outlet.kind == OutletKind.WEBHOOK else outlet.name,
            subject=letter.subject,
            text=short,
            redacted=short,
            link=letter.public_link,
            public_link=letter.public_link,
            urgent=letter.urgent,
            drill=letter.drill,
            is_repeat=letter.is_repeat,
            receiver=str(outlet.pk),
            data=letter.data,
        )
        if outlet.kind == OutletKind.WEBHOOK:
            return self.webhook.send(made) if self.webhook else Answer(Verdict.NEVER, "[webhook] is not set up")
        try:
            gateway = Gateway(convert(outlet.template, GatewaySettings), private=allowed_inside())
        except ValueError as error:
            return Answer(Verdict.NEVER, str(error)[:200])
        return gateway.send(made)

    def close(self) -> None:
        """Nothing is held."""


@transaction.atomic
def register_outlet(*, actor: "User", new: NewOutlet, now: datetime) -> WarningOutlet:
    """From now on warnings that concern its region or town go there. InvalidInput says what is wrong with the template."""
    require_person_at_screen(actor)
    require(actor, KEEP, new.region_code)
    towns = towns_of_area(new.region_code)
    if not towns:
        raise InvalidInput(_("A device stands in a county or district."))
    if new.town_code and new.town_code not in towns:
        raise InvalidInput(_("There is no town %(town)s in this district.") % {"town": new.town_code})
    if not new.name.strip() or new.language not in LANGUAGES:
        raise InvalidInput(_("Give the device a name and a language."))
    outlet = WarningOutlet(
        id=new_id(),
        region_code=new.region_code,
        town_code=new.town_code,
        name=new.name.strip()[:80],
        kind=new.kind.value,
        longest=new.longest,
        template=read_template(new.kind, new.template),
        created_at=now,
    )
    first, *others = [new.town_code] if new.town_code else towns
    outlet.subscriber = WarningSubscriber.objects.create(
        channel=OUTLET,
        address=str(outlet.pk),
        address_hash=f"{OUTLET}-{outlet.pk}",
        language=new.language,
        region_code=new.region_code,
        town_code=first,
        created_at=now,
    )
    SubscriberTown.objects.bulk_create(SubscriberTown(subscriber=outlet.subscriber, town_code=town) for town in others)
    outlet.save()
    details = {"name": outlet.name, "kind": outlet.kind, "host": urlsplit(outlet.template["url"]).hostname or ""}
    record_audit(actor, "warning_outlet.registered", "warning_outlet", outlet.pk, outlet.region_code, details)
    return outlet


@transaction.atomic
def end_outlet(*, actor: "User", outlet_id: UUID, now: datetime) -> WarningOutlet:
    """Nothing goes there any more."""
    visible_outlets(actor).get(pk=outlet_id)
    outlet = WarningOutlet.objects.select_for_update(of=("self",)).select_related("subscriber").get(pk=outlet_id)
    outlet.ended_at = now
    outlet.save(update_fields=["ended_at"])
    forget_subscriber(outlet.subscriber, now)
    record_audit(actor, "warning_outlet.ended", "warning_outlet", outlet.pk, outlet.region_code, {"name": outlet.name})
    return outlet


def test_outlet(*, actor: "User", outlet_id: UUID, now: datetime) -> Answer:
    """Sends a text that says in both languages that it is a test, and answers what the device said. Nothing else ever goes there
    without a warning that was issued.
    """
    require_person_at_screen(actor)
    outlet = visible_outlets(actor).get(pk=outlet_id)
    channels, _wrong = open_channels()
    text = "【测试】公众预警设备测试，请勿理会。Test of this device for public warnings: nothing has happened."
    letter = Letter(
        id=f"warning-test-{outlet.pk.hex}-{now:%Y%m%d%H%M%S}",
        address=str(outlet.pk),
        subject="【测试】Test",
        text=text,
        redacted=text,
        drill=True,
        data={"type": "Test", "level": "", "kind": "", "polygons": "", "circles": "", "codes": "", "expires": ""},
    )
    try:
        answer = OutletChannel([outlet], channels.get("webhook")).send(letter)
    finally:
        for channel in channels.values():
            channel.close()
    details = {"name": outlet.name, "verdict": answer.verdict.value, "words": answer.words[:200]}
    with transaction.atomic():
        record_audit(actor, "warning_outlet.tested", "warning_outlet", outlet.pk, outlet.region_code, details)
    return answer


def read_template(kind: OutletKind, text: str) -> dict[str, Any]:
    """The template as it is kept; InvalidInput with what is wrong."""
    try:
        given: Mapping[str, Any] = read_toml(text)
        settings = convert(given, GatewaySettings)
    except (ValueError, InvalidInput) as error:
        raise InvalidInput(_("The template can't be read: %(why)s") % {"why": str(error)}) from None
    parts = urlsplit(settings.url)
    is_fine = is_web_address(settings.url) if kind is OutletKind.WEBHOOK else parts.scheme in ("http", "https")
    if not is_fine or not parts.hostname:
        raise InvalidInput(_("The address must begin with https:// (of a device also http://) and name a host."))
    if settings.certificates:
        raise InvalidInput(_("A template names no file of the server."))
    if wrong := [name for name in secrets_of(given) if not name.startswith(SECRETS_BEGIN)]:
        told = {"name": wrong[0], "begin": SECRETS_BEGIN}
        raise InvalidInput(_("%(name)s: variables with secrets of devices begin with %(begin)s.") % told)
    kept: dict[str, Any] = msgspec.to_builtins(settings)
    return kept
