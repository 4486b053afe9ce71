"""A Tocsin under attack: a peaceful city, and beside it those who want it deaf. Loopback only."""
