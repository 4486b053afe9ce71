"""Lists: a page of rows with its columns, order, groups, map, saved views and acts on many rows; and the same cut for programs."""
