"""The question flow that creates and configures twins."""
