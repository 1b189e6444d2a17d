"""Roles, bindings and what they give, as the Kubernetes authorizer sees them."""
