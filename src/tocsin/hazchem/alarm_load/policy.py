"""`policy.toml` as frozen values."""

from pathlib import Path

from tocsin.base.policy import PolicyFile, reader
from tocsin.hazchem.alarm_load.rules import AlarmLoadPolicy

FILE = Path(__file__).with_name("policy.toml")


def _check(policy: AlarmLoadPolicy, source: str) -> None:
    if policy.flood.ends_below > policy.flood.begins_above:
        raise ValueError(f"{source}: flood: ends_below is at most begins_above")


ALARM_LOAD = PolicyFile(
    "hazchem.alarm_load", FILE, reader(AlarmLoadPolicy, _check), "危化品报警负荷与泛滥", "Alarm load of plants", regions=True
)


def alarm_load_policy(region_code: str = "") -> AlarmLoadPolicy:
    """The policy in force in a region."""
    return ALARM_LOAD.current(region=region_code)
