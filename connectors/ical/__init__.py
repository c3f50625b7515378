"""iCalendar: reading it as it is met in the wild, following its recurrences, and changing it without loss."""
