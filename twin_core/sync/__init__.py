"""Devices and their twins: matching, values both ways, divergence, silence."""

from twin_core.sync.service import SyncService

__all__ = ["SyncService"]
