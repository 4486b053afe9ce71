"""The one map with 200,000 points of a layer and 220 layers in its catalogue, in a real browser."""
