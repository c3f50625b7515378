"""How the intents of other people's test sets read in ours: a file a set."""
