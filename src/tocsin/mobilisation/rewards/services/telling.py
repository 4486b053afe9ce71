"""The body that handles a report is told of its rewards. The reporter asks by number and secret."""

from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.mobilisation.rewards.rules.telling import DECIDES, REWARD, Matter
from tocsin.notices.face import Directory, Draft, Notice, silence, write_all

if TYPE_CHECKING:
    from tocsin.mobilisation.rewards.models import Reward


def tell_body(reward: "Reward", matter: Matter, *, now: datetime, stamp: object = "", urgent: bool = False) -> None:
    """The body of the report; once for each matter and `stamp`. In the caller's transaction."""
    body = reward.report.organisation
    if body is not None:
        figures = {"reward": str(reward.pk), "number": reward.number, "matter": matter.value}
        key = f"reward-{reward.pk}-{matter.value}-{stamp or now.isoformat()}"
        write_all([Draft(REWARD, DECIDES, urgent, key, organisation=body, figures=figures)], Directory(now))


def end_notices(reward: "Reward", now: datetime, *matters: Matter) -> None:
    """What was told of these matters waits for nobody any more."""
    for matter in matters:
        silence(Notice.objects.filter(key__startswith=f"reward-{reward.pk}-{matter.value}-"), now)
