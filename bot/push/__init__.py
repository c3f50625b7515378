"""Messages in a person's browser while the page is closed."""
