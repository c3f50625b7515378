"""Ears and mouth: sound to words, words to sound. Imported only where somebody speaks."""
