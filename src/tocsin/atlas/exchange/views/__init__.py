"""Pages and documents."""
