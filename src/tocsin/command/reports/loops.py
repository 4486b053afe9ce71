"""The loop that hands signed reports to superior platforms. A platform that stalls holds only its own thread."""

from tocsin.command.reports.queries.superiors import superiors
from tocsin.command.reports.services import transmissions
from tocsin.command.reports.services.superiors import Answer as SuperiorAnswer
from tocsin.command.reports.services.superiors import hand_up
from tocsin.notices.channels.rules.verdicts import Verdict
from tocsin.notices.sending.loops import log


def _hand_up(leased: transmissions.Leased) -> SuperiorAnswer:
    """The outermost place of a report's attempt: what raises here is a fault of our own, and it may have left."""
    try:
        superior = superiors().get(leased.platform)
        if superior is None:
            return SuperiorAnswer(Verdict.LATER, f"superiors.toml has no table {leased.platform} any more")
        return hand_up(superior, leased.report, key=leased.key, attempt=leased.attempt)
    except ValueError as problem:
        return SuperiorAnswer(Verdict.LATER, str(problem))
    except Exception:
        log.exception("handing the report %s to %s failed", leased.report["number"], leased.platform)
        return SuperiorAnswer(Verdict.UNKNOWN, "sending failed: see the log")
