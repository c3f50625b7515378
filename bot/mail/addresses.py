"""The house's own address: what follows a + in it comes back to the house."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MailAddress:
    """Compared without regard to case, as mail servers do."""

    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.text.lower())

    def plus(self, token: str) -> str:
        """The address whose mail comes with this token."""
        name, _, domain = self.text.rpartition("@")
        return f"{name}+{token}@{domain}"

    def token_in(self, recipient: str) -> str | None:
        """What stands after the + of the house's address, empty for the address itself; None for any other."""
        name, _, domain = recipient.lower().rpartition("@")
        first, _, token = name.partition("+")
        return token if f"{first}@{domain}" == self.text else None
