"""Tests of the notifiers, against real servers on this machine."""
