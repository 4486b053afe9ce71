"""The loop that drafts rewards, follows their reports, and keeps their terms."""

from tocsin.bus.loops.rows import Loop
from tocsin.mobilisation.rewards.services.keeping import keep_rewards

LOOPS = (
    Loop(
        name="keep-rewards",
        work=keep_rewards,
        period_s=60.0,
        by_clock=True,
        wakes_on=("mobilisation.ReportEntry", "supervision.Penalty"),
        rest_s=1.0,
        lease_s=30.0,
    ),
)
