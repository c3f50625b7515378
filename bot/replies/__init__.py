"""How replies are worded, and fitted to what a channel can show."""
