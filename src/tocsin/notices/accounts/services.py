"""News of one's own account, told to its person by their own ways: a browser that is new, a token made, a token refused.

A function of events and rows: keys are of identities, so that an event that is read twice tells nothing twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

from tocsin.bus.envelope import decode_event, read_events
from tocsin.bus.services import in_one_transaction
from tocsin.jurisdiction import face as jurisdiction
from tocsin.jurisdiction.people.events import AccountLocked, BrowserAppeared, PasskeyAdded, TokenMade, TokenRefused
from tocsin.notices.accounts.rules import ACCOUNT, OPENER, OWNER
from tocsin.notices.messages.queries.directory import Directory
from tocsin.notices.messages.services.writing import Draft, write_all
from tocsin.notices.rosters.models import LogPosition

if TYPE_CHECKING:
    from tocsin.bus.envelope import Event

KINDS = (AccountLocked, BrowserAppeared, PasskeyAdded, TokenMade, TokenRefused)
CONSUMER = "accounts-told"
FULL = 200  # entries after which the position is written though they concern nobody


def told_position() -> int:
    """Sequence of the last event whose notices are written; 0 at the very beginning."""
    return LogPosition.objects.filter(consumer=CONSUMER).values_list("sequence", flat=True).first() or 0


def tell_entries(entries: "Sequence[tuple[int, bytes]]") -> None:
    """What is told of accounts, to their persons. What concerns nobody is read again after a restart."""
    events = [decode_event(payload) for _sequence, payload in entries]
    if len(entries) >= FULL or any(read_events(events, KINDS)):
        tell_owners(events=events, position=entries[-1][0], now=settings.CONFIGURATION.clock.now())


def tell_owners(*, events: "Iterable[Event]", position: int, now: datetime) -> None:
    """The notices that follow from these events, once."""
    in_one_transaction(partial(_tell, [one.event for one in read_events(events, KINDS)], position, now))


def _tell(events: "Sequence[Any]", position: int, now: datetime) -> None:
    if drafts := list(_drafts(events)):
        write_all(drafts, Directory(now))
    LogPosition.objects.update_or_create(consumer=CONSUMER, defaults={"sequence": position})


def _drafts(events: "Sequence[Any]") -> Iterator[Draft]:
    people = jurisdiction.people_by_id(UUID(event.person_id) for event in events)
    appeared = (UUID(event.browser_id) for event in events if isinstance(event, BrowserAppeared))
    browsers = jurisdiction.browsers_by_id(appeared)
    for event in events:
        person = people.get(UUID(event.person_id))
        if person is None:
            continue
        match event:
            case TokenMade():
                figures = {"news": "token_made", "name": event.name, "ends_at": event.ends_at}
                yield Draft(ACCOUNT, OWNER, False, f"token-{event.token_id}", person=person, figures=figures)
            case AccountLocked():
                key = f"locked-{event.person_id}-{event.at}"
                yield Draft(ACCOUNT, OWNER, False, key, person=person, figures={"news": "locked", "at": event.at})
                openers = jurisdiction.openers_of(person)  # none where the person is an administrator
                news = "locked_other" if openers else "locked_administrator"
                figures = {"news": news, "person": event.person_id, "name": person.username, "at": event.at}
                for other in openers or jurisdiction.people_who_may_anywhere("system.see"):
                    if other.pk != person.pk:
                        yield Draft(ACCOUNT, OPENER, False, f"{key}-{other.pk}", person=other, figures=figures)
            case PasskeyAdded():
                figures = {"news": "passkey", "name": event.name}
                yield Draft(ACCOUNT, OWNER, False, f"passkey-{event.passkey}", person=person, figures=figures)
            case TokenRefused():
                figures = {"news": "token_refused", "name": event.name, "address": event.address}
                key = f"token-{event.token_id}-refused-{event.day}"
                yield Draft(ACCOUNT, OWNER, False, key, person=person, figures=figures)
            case BrowserAppeared() if browser := browsers.get(UUID(event.browser_id)):
                figures = {
                    "news": "browser",
                    "browser": event.browser_id,
                    "device": browser.user_agent,
                    "address": browser.address,
                    "at": browser.first_seen_at.isoformat(),
                }
                yield Draft(ACCOUNT, OWNER, False, f"browser-{event.browser_id}", person=person, figures=figures)
