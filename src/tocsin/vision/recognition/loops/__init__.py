"""The loop of the worker that keeps processes for cameras with sources, and what runs in each of them."""
