"""One incident of every cause in the district, and which channel rings."""

from collections.abc import Callable

from tests.engine.diagnosis.district import District, gusting, rising, settling, square, wave
from tocsin.engine.diagnosis.model import Diagnosis


def gas_main_leak() -> District:
    return District().write("G1", "methane", gusting(-4, 60, 5)).write("G1", "ethane_ratio", rising(-3.5, 4.0, 1.0))


def heat_main_leak() -> District:
    """The main leaks between H2 and H3, 30 m from H2; T1 beside H2 rings after two days."""
    street = District().write("HS", "makeup_flow", rising(-56, 10, 1)).write("T1", "methane", lambda hours: 0 * hours + 3.5)
    street = street.write("H2", "temperature", settling(-53, 20, 5)).write("H3", "temperature", settling(-48, 16, 5))
    return street.write("T1", "methane", settling(-40, 26, 18))


def sewer_blockage() -> District:
    """The pipe from S3 to S4 is blocked: water stands in S3, later in S2."""
    street = District().write("S3", "level", rising(-40, 0.7, 60)).write("S2", "level", rising(-16, 0.25, 30))
    street = street.write("S3", "methane", rising(-36, 5.0, 40)).write("S3", "hydrogen_sulphide", rising(-36, 4.0, 40))
    return street.write("S4", "level", lambda hours: -0.01 * (hours > -40))


def water_main_burst() -> District:
    street = District().write("T1", "level", rising(-0.8, 1.2, 1.5)).write("S2", "level", rising(-0.8, 0.08, 1))
    street = street.write("W1", "pressure", rising(-1, -9, 0.3)).write("W2", "pressure", rising(-1, -8, 0.3))
    return street.write("PS", "flow", rising(-1, 12, 0.3))


def surcharge() -> District:
    street = District().write("PS", "rainfall", square(-2.0, 0.2, 30.0)).write("S2", "level", rising(-1, 0.9, 1.5))
    return (
        street.write("S1", "level", rising(-1, 0.3, 1.5))
        .write("S3", "level", rising(-1, 0.06, 1))
        .write("S4", "level", rising(-1, 0.05, 1))
    )


def discharge() -> District:
    """Solvent from B1 flows past S1, S2, S3."""
    street = District().write("S1", "methane", wave(-0.6, 55, 0.6)).write("S2", "methane", wave(-0.45, 40, 0.6))
    return street.write("S3", "methane", wave(-0.3, 28, 0.6)).write("S1", "conductivity", wave(-0.6, 900, 0.4))


def cable_fault() -> District:
    return District().write("P2", "carbon_monoxide", settling(-5, 120, 6)).write("P2", "temperature", settling(-5, 6, 5))


def drifting_sensor() -> District:
    return District().write("T1", "level", rising(-90, 0.42, 90))


def calibration() -> District:
    """A crew tests S2, then T1, with the usual gas."""
    street = (
        District().write("S2", "methane", square(-0.05, 0.3, 49.7)).write("S2", "hydrogen_sulphide", square(-0.05, 0.3, 24.8))
    )
    return street.write("T1", "methane", square(0.7, 1.0, 49.7))


def quiet() -> District:
    return District()


INCIDENTS: list[tuple[str, Callable[[], District], tuple[str, str], str, tuple[str, ...]]] = [
    # cause, district, channel that rings, body to call first, assets that are right
    ("gas_main_leak", gas_main_leak, ("G1", "methane"), "gas_company", ("gas1",)),
    ("heat_main_leak_biogas", heat_main_leak, ("T1", "methane"), "heating_company", ("supply2", "return2")),
    ("sewer_biogas", sewer_blockage, ("S3", "level"), "drainage_bureau", ("sewer3",)),
    ("water_main_burst", water_main_burst, ("T1", "level"), "water_company", ("water1",)),
    ("sewer_surcharge_rain", surcharge, ("S2", "level"), "drainage_bureau", ("sewer2",)),
    ("industrial_discharge", discharge, ("S1", "methane"), "drainage_bureau", ("B1",)),
    ("power_cable_fault_heating", cable_fault, ("P2", "carbon_monoxide"), "power_company", ("cable1", "cable2")),
    ("sensor_fault", drifting_sensor, ("T1", "level"), "telecom", ("T1",)),
    ("calibration_or_maintenance", calibration, ("S2", "methane"), "drainage_bureau", ("S2",)),
    ("no_event", quiet, ("S2", "methane"), "", ("",)),
]


def ask(cause: str) -> Diagnosis:
    """The diagnosis of the incident of that cause."""
    _, district, channel, _, _ = next(row for row in INCIDENTS if row[0] == cause)
    return district().ask(*channel)


def probability(diagnosis: Diagnosis, cause: str) -> float:
    """The share of one cause."""
    return next(one.probability for one in diagnosis.hypotheses if one.cause == cause)
