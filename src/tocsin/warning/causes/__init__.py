"""What is known of causes and checks, and their words: policy without rows."""
