"""What the programs of the platform are set to: Odoo, Redis, and their connections to databases."""
