"""The person's own data: what they allow, and all that is kept of them."""

from twin_core.privacy.access_log import AccessLog
from twin_core.privacy.consents import ConsentDesk
from twin_core.privacy.erasure import ErasureDesk
from twin_core.privacy.export import ExportDesk

__all__ = ["AccessLog", "ConsentDesk", "ErasureDesk", "ExportDesk"]
