"""What the installation keeps of a person, handed to that person."""
