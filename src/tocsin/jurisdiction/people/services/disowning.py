"""A sign-in that was not its person's."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.bus.services import record_event
from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.events import AccountLocked
from tocsin.jurisdiction.people.models import KnownBrowser, User
from tocsin.jurisdiction.people.services.browsers import Source, forget_browsers
from tocsin.jurisdiction.people.services.sessions import end_sessions
from tocsin.jurisdiction.people.services.tokens import end_tokens
from tocsin.jurisdiction.rights.events import RightsActed, tell
from tocsin.jurisdiction.rights.services import require_person_at_screen


@transaction.atomic
def disown_sign_in(*, user: User, browser_id: UUID, source: Source, now: datetime) -> None:
    """Ends what somebody else may hold: every session, this one too, every token, every known browser, and the password.

    Who has it could choose a new one as well as its person, so nothing opens the account (no passkey, no provider) before an
    administrator has given a one-time password; person and administrators are told. Conflict for the browser that asks: it can't
    have been another one.
    """
    require_person_at_screen(user)
    browser = KnownBrowser.objects.filter(pk=browser_id, user=user).first()
    if browser is not None and browser.browser == source.browser:
        raise Conflict(_("This is the browser that you are using. Do this in another one, or change your password."))
    end_sessions(user=user)
    end_tokens(user=user)
    forget_browsers(user=user)
    user.set_unusable_password()
    user.locked_at = now
    user.save(update_fields=["password", "locked_at"])
    region = queries.region_of(user)
    record_event(AccountLocked(person_id=str(user.pk), at=now.isoformat()), region=region)
    details: dict[str, object] = {"address": browser.address if browser else "", "from": source.address}
    tell(RightsActed(user, "login.disowned", "user", str(user.pk), region, details))
