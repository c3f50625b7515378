"""The person's own data: what they allow."""

from twin_core.privacy.consents import ConsentDesk

__all__ = ["ConsentDesk"]
