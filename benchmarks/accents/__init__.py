"""Learns what the ears know of accents (bot/voice/accents.npz), of sentences that synthetic voices say."""
