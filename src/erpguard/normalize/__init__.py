"""Foreign spelling to canonical spelling, and the check of types."""
