"""Where people talk to Pollux: one channel a file, or a folder where it has assets."""
