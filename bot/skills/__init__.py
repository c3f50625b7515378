"""What Pollux can do: one family of intents a file."""
