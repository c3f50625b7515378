"""What a mail says: who wrote it, their own words without what is quoted, and whether a person wrote it at all.

Reports of failed delivery are those of RFC 3464, answers of machines are marked as in RFC 3834.
"""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default

from lxml import etree, html
from mailparser_reply import EmailReplyParser

from bot.mail.authentication import Verdict, verdict
from twin_core.contract.errors import Rejected

_LANGUAGES = ["en", "de", "fr", "es", "it", "nl"]
_QUOTED = " | ".join(
    (
        "//blockquote | //style | //script | //head | //*[contains(@style, 'display:none')]",
        *(f"//*[contains(@class, '{name}')]" for name in ("gmail_quote", "gmail_signature", "moz-signature")),
        *(f"//*[@id='{name}']" for name in ("Signature", "appendonsend", "divRplyFwdMsg")),
    )
)
_BREAKS = "//br | //p | //div | //li"
_ID = re.compile(r"<[^<>\s]+>")
_BULK = {"bulk", "junk", "list", "auto_reply"}
_MACHINE = re.compile(r"X-Auto(reply|respond)|List-", re.IGNORECASE)
_NOBODY = re.compile(r"(mailer-daemon|postmaster|no-?reply|do-?not-?reply|owner-.*|.*-request)@")
_AGAIN = re.compile(r"^\s*((re|aw|sv|fwd?|wg)\s*:\s*)+", re.IGNORECASE)
MAX_REASON, MAX_SUBJECT, MAX_WORDS = 200, 200, 20_000
MAX_REFERENCES, MAX_REFERENCE = 20, 250


@dataclass(frozen=True, slots=True)
class Mail:
    """`key` is the same where the same mail comes again. `returned`: it comes from a mail server and not from a
    mailbox; `bounce`: why a mail of ours came back, else empty.

    `references`: the ids of the mails before it in its thread, the one that it answers last. `origin`: whether it comes
    from its sender, as far as that is known.
    """

    sender: str
    subject: str
    words: str
    key: str
    message_id: str
    references: tuple[str, ...]
    origin: Verdict
    automatic: bool
    returned: bool
    bounce: str
    attached: bool


def read(raw: bytes, envelope_from: str, trusted: Collection[str] = ()) -> Mail:
    """`trusted`: the servers whose word about the sender counts. Raises Rejected for what is no mail."""
    try:
        mail = message_from_bytes(raw, policy=default)
        sender = _sender(mail)
        found = _ID.search(str(mail["Message-ID"] or ""))
        return Mail(
            sender=sender,
            subject=_AGAIN.sub("", " ".join(str(mail["Subject"] or "").split()))[:MAX_SUBJECT],
            words=_words(mail),
            key=hashlib.sha256(found[0].encode(errors="replace") if found else raw).hexdigest()[:32],
            message_id=found[0] if found else "",
            references=_references(mail),
            origin=verdict(mail, sender, trusted),
            automatic=not envelope_from or _is_automatic(mail) or bool(_NOBODY.match(sender)),
            returned=not envelope_from,
            bounce=_bounce(mail),
            attached=any(mail.iter_attachments()),
        )
    except (ValueError, LookupError, AttributeError, TypeError) as error:  # what email.parser stumbles over
        raise Rejected("That mail cannot be read.", code="bad_mail", hint="Write it anew, as plain text.") from error


def _sender(mail: Message) -> str:
    """The one address in the one From; empty for several, of which each program believes another."""
    addresses = [address for header in mail.get_all("From", []) for address in getattr(header, "addresses", ())]
    return str(addresses[0].addr_spec).lower() if len(addresses) == 1 else ""


def _references(mail: Message) -> tuple[str, ...]:
    said = " ".join(str(value) for name in ("References", "In-Reply-To") for value in mail.get_all(name, []))
    ids = dict.fromkeys(id for id in _ID.findall(said) if len(id) <= MAX_REFERENCE and id.isascii())
    return tuple(ids)[-MAX_REFERENCES:]


def _is_automatic(mail: Message) -> bool:
    submitted = str(mail["Auto-Submitted"] or "no").split(";")[0].strip().lower()
    bulk = str(mail["Precedence"] or "").strip().lower() in _BULK
    return submitted != "no" or bulk or any(_MACHINE.match(name) for name in mail)


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
    if part is not None:
        text = _decoded(part)
    elif mail.get_content_maintype() == "multipart" and not mail.is_multipart():  # its boundary is missing
        text = str(mail.get_payload())
    else:
        text = ""
    if part is not None and part.get_content_subtype() == "html":
        text = _shown(text)
    text = text.replace("\r\n", "\n").replace("\0", "")[:MAX_WORDS]
    replies = EmailReplyParser(languages=_LANGUAGES).read(text).replies
    own = replies[0].body if replies else ""
    return "\n".join(line for line in own.split("\n") if not line.startswith(">")).strip()


def _decoded(part: Message) -> str:
    """In the character set that is named, unless the bytes say that it is another one."""
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    named = part.get_content_charset() or "utf-8"
    for charset in (named, "utf-8") if raw.isascii() else ("utf-8", named):
        try:
            return raw.decode(charset)
        except (LookupError, UnicodeError):
            continue
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
