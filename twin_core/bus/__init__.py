"""Commands, queries and notices on their way between the rooms."""
