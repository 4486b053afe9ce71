"""Filters in CQL2 (OGC 21-065r2) over columns: text and JSON become one tree, and the tree becomes an expression of Polars."""
