"""Logs: structured lines on standard error, so that standard output stays for answers."""

import logging
import sys

import structlog

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def set_up_logs(level: str, *, as_json: bool) -> None:
    """Everything that is logged, by us or by a library, from this level on."""
    threshold = _LEVELS[level]
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info if as_json else structlog.dev.set_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # Libraries tell of every step they take at their debug level; ours is enough.
    logging.basicConfig(
        level=max(threshold, logging.INFO), stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s", force=True
    )
    # It tells of each request with its whole address, where a token may stand.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
