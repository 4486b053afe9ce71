"""The directory: an organisation's page with duties, contact points and who answers now."""
