"""Who is who: accounts of chat platforms, and the persons of this house they belong to."""

from bot.identity.accounts import Account, Identities, Offer, code_in
from bot.identity.gate import Gate, Stranger

__all__ = ["Account", "Gate", "Identities", "Offer", "Stranger", "code_in"]
