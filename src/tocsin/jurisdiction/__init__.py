"""Administrative areas, organisations, people and roles; who may see and do what."""
