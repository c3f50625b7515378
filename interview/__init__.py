"""The interview: questions that create and configure twins."""
