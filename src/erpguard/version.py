"""The version of erpguard."""

VERSION = "0.1.0"
