"""Consequences of releases over files: a case of TOML or JSON in, an answer with its range out."""
