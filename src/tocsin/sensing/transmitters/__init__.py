"""Transmitters of fire alarms (GB/T 26875.3): which device each is, by what address, from which networks."""
