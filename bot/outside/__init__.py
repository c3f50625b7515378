"""What is connected from outside: calendars, task lists, devices, and the person who helps."""
