"""Who may see and do what: region, organisation and role."""
