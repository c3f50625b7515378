"""Somebody's mail program, and the server that receives for the house and says what it found out."""

from email.message import EmailMessage
from email.policy import SMTP

ANNA, MX = "anna@example.org", "mx.house.example"
PROVEN = f"{MX}; dmarc=pass (p=reject) header.from=example.org; spf=pass smtp.mailfrom={ANNA}"


def letter_of(words: str, id: str = "1", references: str = "", *, found: str = PROVEN, **headers: str) -> bytes:
    """A mail of Anna's as the house gets it; `found` empty: nobody looked where it comes from."""
    mail = EmailMessage(policy=SMTP)
    if found:
        mail["Authentication-Results"] = found
    written = {"From": f"Anna <{ANNA}>", "To": "pollux@house.example", "Message-ID": f"<{id}@example.org>"}
    if references:
        written |= {"References": references, "In-Reply-To": references.split()[-1]}
    for name, value in {**written, **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
        mail[name] = value
    mail.set_content(words)
    return mail.as_bytes()
