"""Packets and payloads read into columns; pure."""
