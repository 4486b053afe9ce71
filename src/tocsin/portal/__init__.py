"""The top of the ladder: settings, URL map, page frame, command line, and the catalogue that names every part."""
