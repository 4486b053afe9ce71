"""What devices speak: one module per protocol."""
