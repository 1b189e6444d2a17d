"""Servers that tests talk to on the loopback interface."""
