"""What the detector knows of sensors, and how a rule behaves with other settings."""
