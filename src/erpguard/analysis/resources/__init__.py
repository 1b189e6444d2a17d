"""Requests, limits, quotas and autoscaling."""
