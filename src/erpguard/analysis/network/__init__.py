"""Who may reach whom: NetworkPolicies and load balancers."""
