"""How often recognisers were right, by what people confirmed and rejected; what another threshold or a mask would change."""
