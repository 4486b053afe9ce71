"""Kinds of incident by the name a scenario uses: the causes of the case format."""

from tocsin.simulation.incidents.calibration import Calibration
from tocsin.simulation.incidents.gas_main_leak import GasMainLeak
from tocsin.simulation.incidents.heat_main_leak import HeatMainLeak
from tocsin.simulation.incidents.industrial_discharge import IndustrialDischarge
from tocsin.simulation.incidents.outcome import Incident
from tocsin.simulation.incidents.power_cable_fault import PowerCableFault
from tocsin.simulation.incidents.sensor_fault import SensorFault
from tocsin.simulation.incidents.sewer_blockage import SewerBlockage
from tocsin.simulation.incidents.sewer_surcharge import SewerSurcharge
from tocsin.simulation.incidents.water_main_burst import WaterMainBurst

KINDS: dict[str, type[Incident]] = {
    "calibration_or_maintenance": Calibration,
    "gas_main_leak": GasMainLeak,
    "heat_main_leak_biogas": HeatMainLeak,
    "industrial_discharge": IndustrialDischarge,
    "power_cable_fault_heating": PowerCableFault,
    "sensor_fault": SensorFault,
    "sewer_biogas": SewerBlockage,
    "sewer_surcharge_rain": SewerSurcharge,
    "water_main_burst": WaterMainBurst,
}
