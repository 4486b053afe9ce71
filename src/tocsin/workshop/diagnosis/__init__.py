"""What `tocsin diagnose` prints of one case, without a database."""
