"""`policy.toml` of retention as frozen values."""

from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")
FEWEST_DAYS = 30
FOR_GOOD = 0


class RetentionPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days after which rows go; 0 keeps them for good."""

    notices_days: float
    people_days: float
    cases_days: float
    persons_days: float
    alarms_days: float
    drills_days: float
    shifts_days: float
    tasks_days: float
    inspections_days: float
    commitments_days: float
    risk_warnings_days: float
    posts_days: float
    episodes_days: float
    reports_days: float
    identities_days: float
    imports_days: float


def _long_enough(policy: RetentionPolicy, source: str) -> None:
    for name in policy.__struct_fields__:
        days = getattr(policy, name)
        if days != FOR_GOOD and not days >= FEWEST_DAYS:
            raise ValueError(
                f"{source}: {name} is below {FEWEST_DAYS} days: what has just happened is still asked about; 0 keeps for good"
            )


RETENTION = PolicyFile("records.retention", FILE, reader(RetentionPolicy, _long_enough), "留存与删除", "Retention and deletion")


def retention() -> RetentionPolicy:
    """The policy in force."""
    return RETENTION.current()
