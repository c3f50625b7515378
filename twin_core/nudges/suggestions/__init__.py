"""What might make a person's days easier: each from data of their own, with its reason and a way to do it."""
