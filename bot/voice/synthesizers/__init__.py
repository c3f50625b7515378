"""Engines that turn text into speech, one a file; named by `voice.synthesizer` in the settings."""
