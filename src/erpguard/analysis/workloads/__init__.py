"""Workloads and what belongs to them: pods, labels, tiers, what they run, mount and serve, and their namespaces."""
