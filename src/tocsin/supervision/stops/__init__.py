"""Stops of firms, and their resumption under conditions."""
