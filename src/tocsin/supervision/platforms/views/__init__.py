"""Pages of platforms that tell of firms."""
