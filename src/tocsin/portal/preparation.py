"""What must be in the database before the processes start. Harmless when done twice, and on several machines at once."""

import logging

from django.conf import settings

from tocsin.portal.processes import set_up_django
from tocsin.portal.rotation import is_unfinished

log = logging.getLogger(__name__)


def prepare_database() -> str | None:
    """Makes or migrates the tables, tells processes whether policy has versions, loads the administrative areas, and makes the
    first system administrator where there is nobody yet.

    Returns that person's one-time password, None where people exist.
    """
    set_up_django()
    if is_unfinished(settings.CONFIGURATION.data):
        log.warning("a change of keys was broken off: `tocsin keys rotate` finishes it; until then everything is read as before")
    from tocsin.jurisdiction import face as jurisdiction
    from tocsin.notices.face import set_channel_mark
    from tocsin.portal.tables import bring_tables_up_to_date, preparing
    from tocsin.records.face import set_mark

    with preparing():
        bring_tables_up_to_date()
        set_mark()
        set_channel_mark()
        jurisdiction.ensure_regions()
        jurisdiction.ensure_towns()
        return jurisdiction.ensure_first_administrator()
