"""What a body has been asked about a case."""

from typing import TYPE_CHECKING
from uuid import UUID

from tocsin.notices.face import Notice
from tocsin.notices.messages.rules.subjects import CASE

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def notice_asking(user: "User", notice_id: UUID) -> Notice:
    """The notice of a case that the reader's own body got; DoesNotExist for any other."""
    own = Notice.objects.filter(subject_kind=CASE, organisation=user.organisation_id, organisation__isnull=False)
    return own.select_related("organisation").get(pk=notice_id)
