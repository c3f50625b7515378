"""Small pictures of how a value went: one drawing for every channel, and the same in words."""
