"""What every other folder may use: ids, quantities and units, time, geometry, levels, errors. Pure; imports nothing of Tocsin."""
