"""Programs of the developers; none of them ships with erpguard."""
