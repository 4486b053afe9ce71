"""The map as a picture for papers: SVG in the colours of the console's light style, with scale, north, source and time."""
