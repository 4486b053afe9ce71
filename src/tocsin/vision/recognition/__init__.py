"""Recognition of our own: frames are fetched from cameras, judged, and what is seen goes through the door of all recognisers."""
