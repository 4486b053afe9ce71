"""Everything that is written about models of devices."""
