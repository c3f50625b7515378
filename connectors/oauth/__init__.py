"""Access that somebody granted at Google, Microsoft or the like (OAuth 2.0, RFC 6749), and how it is granted."""

from connectors.oauth.grants import Keeper, Provider
from connectors.oauth.tokens import Tokens

__all__ = ["Keeper", "Provider", "Tokens"]
