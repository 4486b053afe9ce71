"""Frames of cameras as arrays: what they show of the camera itself."""
