"""What each family of concerns weighs, and its words. A new family is one more module here."""
