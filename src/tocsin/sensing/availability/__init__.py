"""Online rate: in which share of their reporting periods devices reported, planned outages left out."""
