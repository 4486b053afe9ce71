"""Arrays in, arrays out: detectors, networks, diagnosis. No Django, no bus, no clock."""
