"""Tests of lines of JSON that compiled loops read."""
