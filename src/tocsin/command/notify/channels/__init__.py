"""One file for each channel. Its place in `portal.catalogue.CHANNELS` is the whole registration."""
