"""Letters of public warnings leave by the channels of notices; each has its fate. Exercises are stopped here once more."""

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tocsin.base.keys import Purpose, key_for, keys_of
from tocsin.bus.bulk import save_all
from tocsin.mobilisation.public_warnings.models import PublicWarning, SubscriberTown, WarningDelivery, WarningOutlet
from tocsin.mobilisation.public_warnings.policy import WarningPolicy, warning_policy
from tocsin.mobilisation.public_warnings.queries.reach import is_within, own_codes, prefixes_of
from tocsin.mobilisation.public_warnings.queries.warnings import places_of, shape_of_unit
from tocsin.mobilisation.public_warnings.rules.outlets import OUTLET
from tocsin.mobilisation.public_warnings.rules.places import as_cap
from tocsin.mobilisation.public_warnings.rules.reading_links import delivery_of, mark_of, read_mark
from tocsin.mobilisation.public_warnings.rules.states import WarningState, lacking_texts
from tocsin.mobilisation.public_warnings.services.addresses import opened
from tocsin.mobilisation.public_warnings.services.outlets import OutletChannel
from tocsin.mobilisation.public_warnings.services.subscribers import forget_subscriber
from tocsin.notices.channels.rules.letters import Answer, Channel, Letter
from tocsin.notices.channels.rules.verdicts import BackOff, Verdict, pause_s
from tocsin.notices.face import link_address, open_channels

log = logging.getLogger(__name__)
AT_ONCE = 200
LEASE = timedelta(minutes=5)
EVERYWHERE = "000000"
PUSH = "web_push"
LONGEST_PAUSE_S = 3600.0
END_WORDS = {"zh": "退订：", "en": "End these letters: "}
RELEASED_WORDS = {"zh": "您所在区域预警解除：", "en": "Danger over for your area: "}
HOLDS_ON_WORDS = {"zh": "预警仍适用于：", "en": "The warning holds on for: "}


@dataclass(frozen=True)
class _Ready:
    row: WarningDelivery
    letter: Letter


def send_deliveries(*, now: datetime) -> bool:
    """Leases some letters, hands them over side by side outside of any transaction, and writes what became of them; True while
    more wait.
    """
    machine_now = timezone.now()
    with transaction.atomic():
        rows = _lease(now, machine_now)
    if not rows:
        return False
    channels, _wrong = open_channels()
    policy = warning_policy(EVERYWHERE)
    released = _released(rows)
    ready = [_Ready(row, _letter(row, released=row.pk in released)) for row in rows if row.fate == "sending"]
    devices = WarningOutlet.objects.filter(
        pk__in=[one.letter.address for one in ready if one.row.channel == OUTLET], ended_at=None
    )
    outlets = OutletChannel(devices, channels.get("webhook"))
    try:
        with ThreadPoolExecutor(policy.sendings_at_once) as pool:
            answers = list(pool.map(lambda one: _send(channels, outlets, one), ready))
    finally:
        for channel in channels.values():
            channel.close()
    with transaction.atomic():
        told = WarningDelivery.objects.select_for_update().filter(pk__in=[row.pk for row in rows], delivered_at__isnull=False)
        quicker = set(told.values_list("pk", flat=True))  # receipts that came before our own answer stand
        for one, answer in zip(ready, answers, strict=True):
            _settle(one.row, answer, policy, now=now, machine_now=machine_now)
        rows = [row for row in rows if row.pk not in quicker]
        save_all(rows, "fate", "attempts", "not_before", "leased_until", "sent_at", "outcome")
        for one in ready:
            if one.row.channel == PUSH and one.row.fate == "failed":  # the browser takes no pushes any more
                forget_subscriber(one.row.subscriber, now)
    return True


def mark_read(*, warning_id: UUID, mark: str, now: datetime) -> bool:
    """The letter of that mark was opened; the first time counts. False for a mark of another warning, or of nobody."""
    delivery = delivery_of(mark, keys_of(Purpose.LINKS))
    if delivery is None:
        return False
    return bool(WarningDelivery.objects.filter(pk=delivery, warning_id=warning_id, read_at__isnull=True).update(read_at=now))


def _lease(now: datetime, machine_now: datetime) -> list[WarningDelivery]:
    """The oldest that may go. One whose sender died goes again under its number, by which gateways know it."""
    waiting = WarningDelivery.objects.filter(fate__in=("queued", "sending")).exclude(not_before__gt=machine_now)
    found = waiting.exclude(leased_until__gt=machine_now).select_for_update(of=("self",), skip_locked=True)
    rows = list(
        found.select_related("warning__organisation", "warning__earlier", "subscriber")
        .defer("warning__cap", "warning__earlier__cap")
        .order_by("id")[:AT_ONCE]
    )
    for row in rows:
        warning = row.warning
        holds = warning.state == WarningState.ISSUED and warning.expires_at > now and not warning.exercise
        row.fate = "sending" if holds else "stopped"
        row.leased_until = machine_now + LEASE if holds else None
        row.attempts += 1 if holds else 0
    save_all(rows, "fate", "leased_until", "attempts")
    return rows


def _send(channels: Mapping[str, Channel], outlets: OutletChannel, one: _Ready) -> Answer:
    channel = outlets if one.row.channel == OUTLET else channels.get(one.row.channel)
    if not one.letter.address:
        return Answer(Verdict.NEVER, "the address is forgotten, or sealed under a key that is lost")
    if channel is None:
        return Answer(Verdict.NEVER, "this channel is not set up")
    try:
        return channel.send(one.letter)
    except Exception:
        log.exception("the channel %s failed on letter %s of a public warning", one.row.channel, one.row.pk)
        return Answer(Verdict.UNKNOWN, "the channel failed: see the log")


def _settle(row: WarningDelivery, answer: Answer, policy: WarningPolicy, *, now: datetime, machine_now: datetime) -> None:
    row.leased_until, row.outcome = None, answer.words[:300]
    if answer.verdict is Verdict.TAKEN:
        row.fate, row.sent_at = "sent", now
    elif answer.verdict is Verdict.UNKNOWN:
        row.fate = "uncertain"
    elif answer.verdict is Verdict.NEVER or row.attempts >= policy.attempts:
        row.fate = "failed"
    else:
        pause = pause_s(row.attempts, BackOff(policy.retry_s, 2.0, LONGEST_PAUSE_S, 0.0), chance=0.5)
        row.fate, row.not_before = "queued", machine_now + timedelta(seconds=pause)


def _released(rows: list[WarningDelivery]) -> set[int]:
    """Rows of updates that leave all towns of their subscriber outside: they say that the danger is over there, and whoever
    gets one hears of no further update.
    """
    updates = [row for row in rows if row.warning.msg_type == "Update"]
    within = {one.pk: prefixes_of(own_codes(one)) for one in {row.warning for row in updates}}
    outside = [row for row in updates if not is_within(row.subscriber.town_code, within[row.warning_id])]
    further = SubscriberTown.objects.filter(subscriber__in=[row.subscriber_id for row in outside])
    towns: dict[int, list[str]] = {}
    for subscriber, town in further.values_list("subscriber", "town_code"):
        towns.setdefault(subscriber, []).append(town)
    return {
        row.pk for row in outside if not any(is_within(town, within[row.warning_id]) for town in towns.get(row.subscriber_id, []))
    }


def _letter(row: WarningDelivery, *, released: bool) -> Letter:
    warning: PublicWarning = row.warning
    lacking = lacking_texts(warning.texts)
    language = row.language if row.language not in lacking else next(one for one in ("zh", "en") if one not in lacking)
    texts = warning.texts[language]
    address = link_address()
    page = f"{address}{reverse('open_warning', args=[warning.pk])}" if address else ""
    link = f"{page}?r={read_mark(row.pk, key_for(Purpose.LINKS))}" if page else ""
    text, subject = "\n".join((texts["headline"], texts["caution"], texts["measures"], texts["area"])), texts["headline"]
    if released:
        subject = f"{RELEASED_WORDS[language]}{_headline_before(warning, language)}"
        text = f"{subject}\n{HOLDS_ON_WORDS[language]}{texts['area']}"
    ends = mark_of("end", row.subscriber_id, key_for(Purpose.LINKS)) if row.subscriber.own and address else ""
    told = f"{text}\n{END_WORDS[language]}{address}{reverse('end_warnings')}?m={ends}" if ends and row.channel != PUSH else text
    return Letter(
        id=f"warning-{row.pk}",
        address=opened(row.address),
        subject=subject,
        text=told,
        redacted=text,  # meant for everybody
        link=link,
        public_link=page,
        urgent=True,
        is_repeat=row.attempts > 1,
        data={
            "warning": str(warning.pk),
            "page": link.removeprefix(address),
            "type": "Cancel" if released else warning.msg_type,
            "scale": "warning",
            "level": warning.level,
            "cap": f"{address}{reverse('open_warning_message', args=[warning.pk])}" if address else "",
            "sha256": warning.cap_sha256,
            **(_for_devices(warning, language) if row.channel == OUTLET else {}),
        },
    )


def _headline_before(warning: PublicWarning, language: str) -> str:
    before = warning.earlier.texts if warning.earlier is not None else warning.texts
    return str(before.get(language, {}).get("headline") or warning.texts[language]["headline"])


def _for_devices(warning: PublicWarning, language: str) -> dict[str, str]:
    """What a template may name beside the text: the area as CAP writes it, and until when."""
    areas = [as_cap(place, "", shape_of_unit) for place in places_of(warning)]
    return {
        "kind": warning.kind,
        "language": language,
        "expires": warning.expires_at.isoformat(),
        "polygons": ";".join(ring for area in areas for ring in area.polygons),
        "circles": ";".join(circle for area in areas for circle in area.circles),
        "codes": " ".join(code.value for area in areas for code in area.geocodes),
    }
