"""What is not urgent goes by one way at a time: where the first fails the next of the person's order is tried."""

from tocsin.notices.channels.queries import channels_set_up
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.messages.models import Sending
from tocsin.notices.messages.queries.directory import Directory
from tocsin.notices.messages.rules.fates import REACHABILITY, SUMMARY
from tocsin.notices.messages.services.writing import level_of, sending_by

_STOPPED = (Fate.SIGNED, Fate.SUPERSEDED)
_OF_ONE_ADDRESS = (SUMMARY, REACHABILITY)


def try_next_way(failed: Sending, directory: Directory) -> Sending | None:
    """The sending that follows one that failed; None where it is urgent (all ways were used at once), over, or the last way."""
    notice = failed.notice
    over = notice.fate in _STOPPED or notice.deadline <= directory.at
    if notice.urgent or over or notice.purpose in _OF_ONE_ADDRESS:
        return None
    way = directory.way_after(
        (failed.channel, failed.address),
        set(notice.sendings.values_list("channel", "address")),
        organisation=notice.organisation,
        person=notice.person,
        level=level_of(notice.subject, urgent=False),
    )
    if way is None:
        return None
    made = sending_by(notice, way, channels_set_up())
    made.save(force_insert=True)
    return made
