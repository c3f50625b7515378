"""The twin service: life cycle, telemetry, desired values, approvals."""
