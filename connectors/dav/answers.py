"""Multistatus documents (RFC 4918, section 13), read without trusting whoever wrote them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from lxml import etree

from twin_core.contract.errors import Rejected, Unavailable

DAV, CALDAV, SERVER = "DAV:", "urn:ietf:params:xml:ns:caldav", "http://calendarserver.org/ns/"
_OK = " 200 "


@dataclass(frozen=True, slots=True)
class Response:
    """One resource of an answer: the properties that it has, or the status of the whole."""

    href: str
    status: int
    properties: dict[str, Any]  # elements by {namespace}name

    def text(self, name: str) -> str:
        found = self.properties.get(name)
        return "" if found is None else (found.text or "").strip()

    def hrefs(self, name: str) -> list[str]:
        """The addresses within a property."""
        found = self.properties.get(name)
        return [] if found is None else [(e.text or "").strip() for e in found.iter(f"{{{DAV}}}href") if e.text]

    def has(self, name: str, *inner: str) -> bool:
        """Whether a property holds one of these elements, at any depth."""
        found = self.properties.get(name)
        return found is not None and any(found.find(f".//{each}") is not None for each in inner)


@dataclass(frozen=True, slots=True)
class Multistatus:
    responses: list[Response]
    sync_token: str


def read_multistatus(body: bytes, title: str) -> Multistatus:
    """Raises Unavailable for what is no such document, Rejected for one with entities of its own."""
    root = parse(body, title)
    if root.tag != f"{{{DAV}}}multistatus":
        raise _no_dav(title)
    token = root.findtext(f"{{{DAV}}}sync-token") or ""
    return Multistatus(list(_responses(root)), token.strip())


def parse(body: bytes, title: str) -> Any:
    """The root of an XML document. Nothing is fetched and no entity is expanded, so that it cannot grow or spy."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _no_dav(title) from error
    if root.getroottree().docinfo.doctype:
        raise Rejected(
            f"{title} answers with a document type of its own, which may be an attack.",
            code="xml_entities",
            hint="Check its address; a CalDAV server has no reason to do that.",
        )
    return root


def names_error(body: bytes, name: str) -> bool:
    """Whether an error document names a precondition (RFC 4918, section 16)."""
    return name.encode() in body[:10_000]


def path_of(href: str) -> str:
    """The path of an address, always quoted in the same way."""
    return quote(unquote(urlsplit(href).path))


def _responses(root: Any) -> Iterator[Response]:
    for element in root.iterfind(f"{{{DAV}}}response"):
        href = element.findtext(f"{{{DAV}}}href") or ""
        properties: dict[str, Any] = {}
        for part in element.iterfind(f"{{{DAV}}}propstat"):
            if _OK in f"{part.findtext(f'{{{DAV}}}status') or _OK} ":
                found = part.find(f"{{{DAV}}}prop")
                properties |= {child.tag: child for child in (found if found is not None else ())}
        told = (element.findtext(f"{{{DAV}}}status") or "").split()
        status = int(told[1]) if len(told) > 1 and told[1].isdigit() else 200
        yield Response(href.strip(), status, properties)


def _no_dav(title: str) -> Unavailable:
    return Unavailable(
        f"{title} does not answer as a CalDAV server.", code="no_caldav", hint="Check its address: it may need a path."
    )
