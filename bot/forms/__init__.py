"""What can be filled in as a form beside being said: interviews and a person's own settings."""
