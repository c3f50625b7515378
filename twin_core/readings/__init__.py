"""Raw time series, apart from the events."""

from twin_core.readings.queries import Connections, SqlReadings
from twin_core.readings.retention import Retention
from twin_core.readings.series import SeriesGone, SeriesWriter, to_rows
from twin_core.readings.values import to_columns

__all__ = ["Connections", "Retention", "SeriesGone", "SeriesWriter", "SqlReadings", "to_columns", "to_rows"]
