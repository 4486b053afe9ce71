"""A sign-in that was not its person's."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.models import KnownBrowser, User
from tocsin.jurisdiction.people.services.browsers import Source, forget_browsers
from tocsin.jurisdiction.people.services.sessions import end_sessions
from tocsin.jurisdiction.people.services.tokens import end_tokens
from tocsin.jurisdiction.rights.events import RightsActed, tell
from tocsin.jurisdiction.rights.services import require_person_at_screen


@transaction.atomic
def disown_sign_in(*, user: User, browser_id: UUID, session_key: str, source: Source, now: datetime) -> None:
    """Ends what somebody else may hold: all sessions but this one, all tokens, all known browsers but this one; nothing opens
    before the person has chosen a new password. Conflict for the browser that asks: it can't have been another one.
    """
    require_person_at_screen(user)
    browser = KnownBrowser.objects.filter(pk=browser_id, user=user).first()
    if browser is not None and browser.browser == source.browser:
        raise Conflict(_("This is the browser that you are using. Do this in another one, or change your password."))
    end_sessions(user=user, but=session_key)
    end_tokens(user=user)
    forget_browsers(user=user, but=source.browser)
    user.must_change_password = not user.break_glass
    user.save(update_fields=["must_change_password"])
    details: dict[str, object] = {"address": browser.address if browser else "", "from": source.address}
    tell(RightsActed(user, "login.disowned", "user", str(user.pk), queries.region_of(user), details))
