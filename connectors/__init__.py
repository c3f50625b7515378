"""The outside world, one system a file: devices, calendars, tasks, notifications, webhooks."""
