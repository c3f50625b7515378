"""Ways out: how what is said unasked reaches somebody who has no conversation open."""
