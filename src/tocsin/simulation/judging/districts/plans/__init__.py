"""Street plans: radial, grown from cells, grown at random, a ribbon along a river, superblocks with lanes."""
