"""Side-by-side measurements: `make bench` runs every one and prints ratios, never judging wall-clock times."""
