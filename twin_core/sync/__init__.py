"""Devices and their twins: matching, divergence, silence."""
