"""Notifiers: one way out to a person a file; each exports `build(options)` and EXAMPLE."""
