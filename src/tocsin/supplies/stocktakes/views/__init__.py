"""Pages of stock-takes."""
