"""Goods that several bodies report are counted once."""
