"""Tests of the person's own data."""
