"""Acceptance: whole conversations and rankings against a fresh server, through HTTP and MQTT only."""
