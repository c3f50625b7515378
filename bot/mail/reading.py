"""What a mail says: who wrote it, their own words without what is quoted, and whether a person wrote it at all.

Reports of failed delivery are those of RFC 3464, answers of machines are marked as in RFC 3834.
"""

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default

from lxml import etree, html
from mailparser_reply import EmailReplyParser

from twin_core.contract.errors import Rejected

_LANGUAGES = ["en", "de", "fr", "es", "it", "nl"]
_QUOTED = "//blockquote | //style | //script | //head | //*[contains(@class, 'gmail_quote')]"
_BREAKS = "//br | //p | //div | //li"
_ID = re.compile(r"<[^<>\s]+>")
_BULK = {"bulk", "junk", "list", "auto_reply"}
_MACHINE = ("X-Autoreply", "X-Autorespond", "List-Id")
MAX_REASON = 200


@dataclass(frozen=True, slots=True)
class Mail:
    """`key` is the same where the same mail comes again. `bounce`: why a mail of ours came back, else empty."""

    sender: str
    words: str
    key: str
    message_id: str
    automatic: bool
    bounce: str
    attached: bool


def read(raw: bytes, envelope_from: str) -> Mail:
    """Raises Rejected for what is no mail."""
    try:
        mail = message_from_bytes(raw, policy=default)
        addresses = list(getattr(mail["From"], "addresses", ()))
        sender = addresses[0].addr_spec.lower() if len(addresses) == 1 else ""
        found = _ID.search(str(mail["Message-ID"] or ""))
        return Mail(
            sender=sender,
            words=_words(mail),
            key=hashlib.sha256(found[0].encode(errors="replace") if found else raw).hexdigest()[:32],
            message_id=found[0] if found else "",
            automatic=not envelope_from or _is_automatic(mail),
            bounce=_bounce(mail),
            attached=any(mail.iter_attachments()),
        )
    except (ValueError, LookupError, AttributeError, TypeError) as error:  # what email.parser stumbles over
        raise Rejected("That mail cannot be read.", code="bad_mail", hint="Write it anew, as plain text.") from error


def _is_automatic(mail: Message) -> bool:
    submitted = str(mail["Auto-Submitted"] or "no").split(";")[0].strip().lower()
    return submitted != "no" or str(mail["Precedence"] or "").lower() in _BULK or any(mail[name] for name in _MACHINE)


def _bounce(mail: Message) -> str:
    """The reason that a report gives, where delivery failed for good; empty for a delay, or for any other mail."""
    if mail.get_content_type() != "multipart/report":
        return ""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in part.get_payload():
                if isinstance(block, Message) and str(block["Action"] or "").strip().lower() == "failed":
                    reason = str(block["Diagnostic-Code"] or block["Status"] or "no reason given")
                    return " ".join(reason.rpartition(";")[2].split())[:MAX_REASON]
    return ""


def _words(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    text = _decoded(part)
    if part.get_content_subtype() == "html":
        text = _shown(text)
    replies = EmailReplyParser(languages=_LANGUAGES).read(text.replace("\r\n", "\n")).replies
    own = replies[0].body if replies else ""
    return "\n".join(line for line in own.split("\n") if not line.startswith(">")).strip()


def _decoded(part: Message) -> str:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    try:
        return raw.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:  # a character set that nobody knows
        return raw.decode("utf-8", "replace")


def _shown(page: str) -> str:
    """What an HTML page shows, without what it quotes."""
    try:
        root = html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8"))
    except etree.ParserError:  # nothing in it
        return ""
    for quoted in root.xpath(_QUOTED):
        quoted.drop_tree()
    for element in root.xpath(_BREAKS):
        element.tail = "\n" + (element.tail or "")
    return str(root.text_content())
