"""The way out over HTTP, the same for every system outside: bounded, polite, its refusals in our words."""

from connectors.web.backoff import Backoff
from connectors.web.client import Answer, Web, WebOptions
from connectors.web.polling import Polling

__all__ = ["Answer", "Backoff", "Polling", "Web", "WebOptions"]
