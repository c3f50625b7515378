"""What is said about tasks and events: what they are called, which one is meant, when it is."""
