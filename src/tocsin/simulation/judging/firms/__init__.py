"""Firms that only judge work status: loads of single machines, other trades, shifts, tricks and platforms."""
