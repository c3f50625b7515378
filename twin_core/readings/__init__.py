"""Raw time series, apart from the events."""

from twin_core.readings.queries import SqlReadings, Transactions
from twin_core.readings.retention import Retention
from twin_core.readings.series import SeriesGone, SeriesWriter, to_rows
from twin_core.readings.values import to_columns

__all__ = ["Retention", "SeriesGone", "SeriesWriter", "SqlReadings", "Transactions", "to_columns", "to_rows"]
