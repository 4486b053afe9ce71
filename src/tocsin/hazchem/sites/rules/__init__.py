"""What is judged of a plant as a whole."""
