"""The states of OAuth installations that are under way, each good once."""

import secrets
from datetime import timedelta
from logging import Logger, getLogger
from typing import Any

from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.documents import Documents
from twin_core.contract.clock import Clock, instant_text, parse_instant
from twin_core.contract.ports import Batch, Document

KIND = "slack_oauth_state"
VALID_FOR = timedelta(minutes=10)


class States(AsyncOAuthStateStore):
    """Kept in the store, so that any process may answer the redirect."""

    def __init__(self, documents: Documents, clock: Clock) -> None:
        self._documents = documents
        self._clock = clock

    @property
    def logger(self) -> Logger:
        return getLogger("slack_sdk")

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        state = secrets.token_urlsafe(32)
        doc = {"until": instant_text(self._clock.now() + VALID_FOR)}
        await self._documents.commit(Batch(documents=(Document(KIND, state, doc, expected_version=0),)))
        return state

    async def async_consume(self, state: str) -> bool:
        found = await self._documents.get(KIND, state)
        if found is None:
            return False
        await self._documents.commit(Batch(documents=(Document(KIND, state, None),)))
        return parse_instant(found[0]["until"]) > self._clock.now()
