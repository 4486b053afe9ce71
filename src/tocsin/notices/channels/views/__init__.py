"""Pages and addresses of channels."""
