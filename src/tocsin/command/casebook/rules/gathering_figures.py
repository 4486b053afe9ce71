"""The figures by which alarms are gathered into cases."""

import msgspec

from tocsin.base.levels import AlarmLevel, LevelName


class Gathering(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which alarms belong to one case. Distances in metres, times in the unit that the name ends with."""

    opens_from: LevelName
    wait_for_diagnosis_s: float
    look_back_h: float
    same_place_m: float
    same_place_h: float
    same_cause_m: float
    same_cause_h: float
    reach_m: float
    earliest_arrival_share: float
    enough_probability: float
    agreeing_probability: float
    contrary_probability: float
    storm_causes: tuple[str, ...]
    storm_m: float
    storm_h: float
    instrument_causes: tuple[str, ...]
    placeless_causes: tuple[str, ...]

    @property
    def opening_level(self) -> AlarmLevel:
        """From this level on an alarm opens a case of its own."""
        return AlarmLevel[self.opens_from.upper()]
