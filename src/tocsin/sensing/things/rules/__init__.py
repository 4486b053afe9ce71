"""The query language, the entities, the addresses. Pure: no database, no clock."""
