"""Tests mirror the folders; contracts/, house/, conversations/, properties/, services/ stand beside them."""
