"""What the database keeps of a workspace's token: nothing that opens anything without the app's client secret."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from twin_core.contract.errors import Unavailable


class Seal:
    """Encrypts and decrypts with a key made of the client secret, which stands in the settings and in no backup."""

    def __init__(self, client_secret: str) -> None:
        key = HKDF(SHA256(), length=32, salt=None, info=b"pollux slack token").derive(client_secret.encode())
        self._fernet = Fernet(urlsafe_b64encode(key))

    def close(self, token: str) -> str:
        return self._fernet.encrypt(token.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises Unavailable where another client secret has sealed it."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise Unavailable(
                "The token of that Slack workspace cannot be read with this client_secret.",
                code="sealed_otherwise",
                hint="Let somebody of the workspace install Pollux again.",
            ) from None
