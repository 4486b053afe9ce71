"""The register of cameras whose pictures recognisers judge: identity, place, view, owner, zones of the picture."""
