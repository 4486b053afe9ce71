"""Collections, frames of reference, and what a request asks for. Pure."""
