"""Task lists elsewhere, one system a file."""
