"""The pure heart: a twin is the fold of its events; decide answers new ones. No input, no output."""
