"""Calendars elsewhere, kept in step: one system a file."""
