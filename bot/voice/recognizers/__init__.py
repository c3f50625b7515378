"""Engines that turn speech into text, one a file; named by `voice.recognizer` in the settings."""
