"""Talking of concerns: which one is meant, and how a list of them is told."""
