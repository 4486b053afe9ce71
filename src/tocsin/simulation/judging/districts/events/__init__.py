"""The causes: each draws its fault in a district and says what it adds to which place."""

from tocsin.simulation.judging.districts.events.gas import gas_main_leak
from tocsin.simulation.judging.districts.events.heat import heat_main_leak_biogas
from tocsin.simulation.judging.districts.events.instruments import calibration_or_maintenance, sensor_fault
from tocsin.simulation.judging.districts.events.mains import power_cable_fault_heating, water_main_burst
from tocsin.simulation.judging.districts.events.sewers import industrial_discharge, sewer_biogas, sewer_surcharge_rain

EVENTS = {
    "gas_main_leak": gas_main_leak,
    "heat_main_leak_biogas": heat_main_leak_biogas,
    "sewer_biogas": sewer_biogas,
    "water_main_burst": water_main_burst,
    "sewer_surcharge_rain": sewer_surcharge_rain,
    "industrial_discharge": industrial_discharge,
    "power_cable_fault_heating": power_cable_fault_heating,
    "sensor_fault": sensor_fault,
    "calibration_or_maintenance": calibration_or_maintenance,
}
