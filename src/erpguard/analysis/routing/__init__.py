"""Routers of every kind: Ingress, IngressRoute, Gateway API, and Traefik behind them; TLS and certificates."""
