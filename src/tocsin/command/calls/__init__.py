"""What others say on the telephone, entered by the desk on their behalf."""
