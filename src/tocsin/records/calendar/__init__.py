"""China's working days."""
