"""Rules of stock-takes."""
