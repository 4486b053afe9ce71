"""Platforms that tell of firms: how they are joined, and how each stands."""
