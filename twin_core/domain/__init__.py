"""Pure rules: a twin is the fold of its events; decide(state, command, now) answers new events."""
