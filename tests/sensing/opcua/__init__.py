"""Servers of OPC UA: rules, the process that speaks to them, the poller, pages."""
