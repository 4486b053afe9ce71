"""The register: objects, their people, codes, colours of each day, and where its entries come from."""
