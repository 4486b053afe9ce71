"""The public of a demonstration: who reports, who is warned, who comes to help, and the officers who answer them."""
