"""What is backed up, how often, for how long, and whether restoring was tried."""
