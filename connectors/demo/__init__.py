"""A demo house and a small plant: simulated devices that know of nothing but an MQTT broker."""

from connectors.demo.run import run_demo

__all__ = ["run_demo"]
