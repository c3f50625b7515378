"""Devices: MQTT with Home Assistant discovery and native topics."""
