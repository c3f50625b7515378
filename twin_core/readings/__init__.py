"""Raw time series, apart from the events."""
