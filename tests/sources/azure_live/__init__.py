"""The live Azure collector."""
