"""Inbound webhooks, one system a file."""
