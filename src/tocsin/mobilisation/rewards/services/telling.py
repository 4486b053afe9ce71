"""The body that handles a report is told of its rewards. The reporter asks by number and secret."""

from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.mobilisation.rewards.rules.telling import DECIDES, PROPOSED_IT, REWARD, Matter
from tocsin.notices.face import Directory, Draft, Notice, silence, write_all

if TYPE_CHECKING:
    from tocsin.mobilisation.rewards.models import Reward


def tell_body(reward: "Reward", matter: Matter, *, now: datetime, stamp: object = "", urgent: bool = False) -> None:
    """The body of the report; once for each matter and `stamp`. In the caller's transaction."""
    body = reward.report.organisation
    if body is not None:
        key = f"reward-{reward.pk}-{matter.value}-{stamp or now.isoformat()}"
        write_all([Draft(REWARD, DECIDES, urgent, key, organisation=body, figures=_figures(reward, matter))], Directory(now))


def tell_proposer(reward: "Reward", *, now: datetime) -> None:
    """Whoever proposed it reads on the screen that a second person agreed. In the caller's transaction."""
    if reward.proposed_by is not None:
        key = f"reward-{reward.pk}-{Matter.AGREED.value}-{now.isoformat()}"
        figures = _figures(reward, Matter.AGREED)
        draft = Draft(REWARD, PROPOSED_IT, False, key, person=reward.proposed_by, figures=figures, on_screen=True)
        write_all([draft], Directory(now))


def _figures(reward: "Reward", matter: Matter) -> dict[str, object]:
    return {"reward": str(reward.pk), "number": reward.number, "matter": matter.value}


def end_notices(reward: "Reward", now: datetime, *matters: Matter) -> None:
    """What was told of these matters waits for nobody any more."""
    for matter in matters:
        silence(Notice.objects.filter(key__startswith=f"reward-{reward.pk}-{matter.value}-"), now)
