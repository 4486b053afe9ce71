"""Deliveries of data resources judged against their contracts, and against what was delivered before."""
