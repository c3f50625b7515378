"""Concerns and their ranking: what is most critical, and why."""

from twin_core.attention.service import AttentionService

__all__ = ["AttentionService"]
