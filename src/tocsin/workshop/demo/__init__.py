"""The demonstration: a simulated city put into an empty data folder, and its devices, which speak to the real doors."""
