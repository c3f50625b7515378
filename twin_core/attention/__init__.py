"""Concerns and their ranking: what is most critical, and why."""
