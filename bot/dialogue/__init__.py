"""State, policy and memory of conversations."""
