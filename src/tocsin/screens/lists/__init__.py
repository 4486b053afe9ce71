"""Lists: a page of rows with its columns, order, groups, map, saved views, acts on many rows; the same cut for programs."""
