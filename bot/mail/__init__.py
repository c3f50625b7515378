"""E-mail that can be answered: what was sent under which address, and what comes back to it."""
