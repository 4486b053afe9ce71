"""How far the clocks of devices are off, and how often they say a known moment again."""
