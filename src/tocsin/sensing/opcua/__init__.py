"""Servers of OPC UA that Tocsin asks: where they are, by which certificate they are known, which nodes hold what."""
