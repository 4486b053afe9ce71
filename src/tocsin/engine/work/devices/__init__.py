"""Devices and their meters: readings that can't be trusted, protective devices, essential loads, stops of the whole plant."""
