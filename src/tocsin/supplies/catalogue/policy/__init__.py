"""Classes and shipped kinds."""
