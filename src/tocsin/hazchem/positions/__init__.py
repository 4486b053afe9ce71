"""People and vehicles of plants by their tags: who carries which, where each was last, and where it came from."""
