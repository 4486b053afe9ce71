"""Pages of one's own contact points and of the telephone book."""
