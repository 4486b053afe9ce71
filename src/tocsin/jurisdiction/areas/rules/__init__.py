"""Which code governs which, and hours of the week as people write them."""
