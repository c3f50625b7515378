"""E-mail: whoever writes to the house's address talks with it, one conversation a thread.

A mail speaks for a person where it is shown to be theirs: by a server that the settings name (RFC 8601), or because it
comes to the address that only they were told (the Reply-To of each answer). Nothing is told to anybody else. What
machines send is not answered (RFC 3834), and nobody is answered without end.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from bot.channels._flood import Allowance, Bucket
from bot.channels._reception import Reception, Works
from bot.documents import Documents, VolatileDocuments
from bot.identity import Account, Identities, Stranger
from bot.mail.addresses import MailAddress
from bot.mail.answering import ATTACHED, EMPTY, answer_to, body, offered, pressed
from bot.mail.reading import Mail
from bot.mail.threads import MailThread, ThreadBook
from bot.ports import Asgi, Channel, Incoming, Limits, OnMessage, Reply
from twin_core.contract import plugins
from twin_core.contract.clock import Clock, SystemClock
from twin_core.contract.errors import Forbidden, Rejected, Unavailable
from twin_core.contract.ids import new_id
from twin_core.contract.notifying import Message, Notifier

EXAMPLE: Mapping[str, Any] = {
    "address": "pollux@house.example",
    "server": {"host": "127.0.0.1", "port": 25, "tls": "never"},
    "people": {"anna@example.org": "owner"},
    "authserv_ids": ("mx.house.example",),
}
NAME = "mail"
UNPROVEN = Reply(
    "I know this address, but nothing shows that this mail comes from it, so I did not read on. Answer this mail, and "
    "say it again in your answer: the address that it goes to only you were told."
)
KNOWN = Allowance(burst=30, per_s=1 / 60)  # of one person
STRANGER = Allowance(burst=5, per_s=5 / 3600)  # of one address that is not known, or not shown to be theirs
STRANGERS = Allowance(burst=60, per_s=60 / 3600)  # of all of these together
_MOST_BUCKETS = 10_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class MailOptions:
    """`server` has the fields of [smtp]. `people`: addresses, and whose they are here, without linking.
    `authserv_ids`: the servers whose Authentication-Results count.
    """

    address: str
    server: Mapping[str, Any]
    people: Mapping[str, str] = field(default_factory=dict)
    authserv_ids: tuple[str, ...] = ()
    identities: Identities | None = None
    store: Documents = field(default_factory=VolatileDocuments)
    clock: Clock = field(default_factory=SystemClock)


def build(options: Mapping[str, Any]) -> Channel:
    """The channel; options are those of MailOptions. Raises Rejected."""
    try:
        return MailChannel(MailOptions(**options))
    except TypeError as error:
        raise Rejected(f"The mail channel does not know this option: {error}.", code="bad_options") from None


class MailChannel:
    """What takes mail (an SMTP door, a mailbox) hands it to `take`."""

    name = NAME
    limits = Limits(buttons=0, images=True)

    def __init__(self, options: MailOptions) -> None:
        self._options = options
        self._address = MailAddress(options.address)
        self._people = {address.lower(): person for address, person in options.people.items()}
        self._threads = ThreadBook(options.store, options.clock)
        self._reception: Reception | None = None
        self._works = Works()
        self._strangers = Bucket(STRANGERS, self._now_s())
        self._buckets: dict[tuple[Allowance, str], Bucket] = {}

    async def start(self, on_message: OnMessage) -> Asgi | None:
        identities = self._options.identities
        self._reception = Reception(NAME, on_message, self._people, identities)
        if identities:
            identities.listen(NAME, self._linked, f"a mail to {self._address.text}")
        await self._threads.sweep()
        return None

    async def takes(self, token: str) -> bool:
        """Whether mail to the address with this token is taken: to the plain one always."""
        return not token or await self._threads.find(token) is not None

    async def take(self, token: str, mail: Mail) -> None:
        """Answers it. Raises Rejected and Forbidden for what is not answered, Unavailable for what cannot be now."""
        if mail.automatic or mail.bounce or mail.sender == self._address.text:
            log.info("mail.of_a_machine")
            return
        told = await self._threads.find(token) if token else None
        if not mail.sender or (told and told.address != mail.sender) or mail.origin == "forged":
            raise Forbidden("Nothing shows that this mail comes from its sender.", code="other_sender")
        thread = told or await self._threads.of(mail)
        if mail.key in thread.answered:
            return
        proven = told is not None or mail.origin == "proven"
        await self._answer(thread, mail, proven=proven)

    async def send(self, conversation: str, reply: Reply) -> None:
        """Raises Unavailable for a thread that was never begun, and where it is of somebody else by now."""
        thread = await self._threads.get(conversation.removeprefix(f"{NAME}/"))
        if self._reception is None or thread is None or thread.person != await self._person(thread.address):
            raise Unavailable("No such mail was answered.", code="nobody_there")
        await self._say(thread, reply)

    async def aclose(self) -> None:
        self._reception = None
        await self._works.aclose()

    async def _answer(self, thread: MailThread, mail: Mail, *, proven: bool) -> None:
        if self._reception is None:
            raise Unavailable("Mail is not taken right now.", code="closed")
        words = mail.words or ("" if mail.references else mail.subject)
        action = pressed(words, thread.choices) if proven else None
        turn = Incoming(f"{NAME}/{thread.id}", "" if action else words, action, channel=NAME, message_id=mail.key)

        async def account() -> Account:
            return Account(NAME, mail.sender, mail.sender, "e-mail", thread.id)

        self._allow(mail.sender, known=proven and bool(await self._person(mail.sender)))
        who = await self._reception.person(mail.sender, mail.sender, turn, account)
        notes = [ATTACHED] if mail.attached else []
        replies: tuple[Reply, ...]
        if isinstance(who, Stranger):
            person, replies = "", (who.reply,)
        elif not proven:
            person, replies = who, (UNPROVEN,)
        elif not words:
            person, replies = who, (Reply(EMPTY),)
        else:
            person, replies = who, await self._reception.answers(replace(turn, user=who))
        # Kept first: it may be answered at once.
        await self._threads.keep(replace(thread, person=person, choices=offered(replies)))
        where = {"subject": thread.subject, "thread": thread.id, "reply_to": self._address.plus(thread.token)}
        await self._send(mail.sender, await answer_to(mail, notes, replies, **where, trace=mail.key))
        await self._threads.keep(thread.after(mail.key, person, offered(replies)))

    def _allow(self, sender: str, *, known: bool) -> None:
        """Two machines that answer each other must come to an end. Raises Rejected."""
        allowance, now_s = KNOWN if known else STRANGER, self._now_s()
        if len(self._buckets) >= _MOST_BUCKETS:
            del self._buckets[next(iter(self._buckets))]
        bucket = self._buckets.setdefault((allowance, sender), Bucket(allowance, now_s))
        if not bucket.take(now_s) or not (known or self._strangers.take(now_s)):
            raise Rejected("Too many mails in a short time.", code="slow_down", hint="Write again in an hour.")

    async def _person(self, address: str) -> str | None:
        identities = self._options.identities
        return self._people.get(address) or (await identities.person(NAME, address) if identities else None)

    async def _linked(self, account: Account, person: str | None) -> None:
        """Tells an account that it was linked or unlinked elsewhere."""
        thread = await self._threads.get(account.at)
        if self._reception and thread:
            news = await self._reception.news(person)
            known = replace(thread, person=person or "")
            await self._threads.keep(known)
            self._works.begin(thread.id, lambda: self._say(known, news))

    async def _say(self, thread: MailThread, reply: Reply) -> None:
        """Something unasked, in this thread."""
        await self._threads.keep(replace(thread, choices=offered((reply,))))
        message = Message(
            subject=f"Re: {thread.subject}",
            text=body([reply]),
            sender="pollux",
            key=new_id("say"),
            thread=thread.id,
            reply_to=self._address.plus(thread.token),
        )
        await self._send(thread.address, message)

    async def _send(self, to: str, message: Message) -> None:
        options = {"sender": self._address.text, **self._options.server, "to": to}
        notifier: Notifier = plugins.build("connectors.notifications", "smtp", options)
        await notifier.send(message)

    def _now_s(self) -> float:
        return self._options.clock.now().timestamp()
