"""XMP packets as trees and back: RDF in XML, with the prefixes that the file uses.

Source: XMP Specification Part 1 (ISO 16684-1), section 7 (serialization), and Part 3, 1.1.3 (JPEG).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from processing.exporting.parts import CannotSplice

NAMESPACES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "stArea": "http://ns.adobe.com/xmp/sType/Area#",
    "stDim": "http://ns.adobe.com/xap/1.0/sType/Dimensions#",
    "photoroom": "https://photoroom.example/xmp/1.0/",  # our own: what no standard has a place for
    "xmpNote": "http://ns.adobe.com/xmp/note/",
}
XML = "http://www.w3.org/XML/1998/namespace"
BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
END = '\n<?xpacket end="w"?>'
DEEPEST = 100  # elements inside each other; real packets have about ten
MOST_BYTES = 16 << 20  # of a packet that is parsed
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARED = re.compile(r"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def name(short: str) -> str:
    """Write "dc:subject" as ElementTree does: "{namespace}subject"."""
    prefix, _, local = short.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


RDF, DESCRIPTION, LI, BAG, SEQ, ALT = (
    name(f"rdf:{local}") for local in ("RDF", "Description", "li", "Bag", "Seq", "Alt")
)
ABOUT = name("rdf:about")


@dataclass
class Packet:
    """A packet as a tree: `rdf` is its rdf:RDF, `prefixes` maps namespaces to what the file calls them."""

    rdf: Element
    prefixes: dict[str, str] = field(default_factory=dict)

    @property
    def descriptions(self) -> list[Element]:
        return [element for element in self.rdf if element.tag == DESCRIPTION]

    def own(self) -> Element:
        """The description into which new properties are written: the first one, made if there is none."""
        found = self.descriptions
        return found[0] if found else SubElement(self.rdf, DESCRIPTION, {ABOUT: ""})

    def has(self, tag: str) -> bool:
        """Whether a property is there, as an element or as an attribute."""
        return any(
            tag in description.attrib or description.find(tag) is not None
            for description in self.descriptions
        )

    def take(self, tag: str) -> list[Element]:
        """Take a property out wherever it stands, as an element (also where it was written as an attribute)."""
        taken = []
        for description in self.descriptions:
            for element in [child for child in description if child.tag == tag]:
                description.remove(element)
                taken.append(element)
            if tag in description.attrib:
                element = Element(tag)
                element.text = description.attrib.pop(tag)
                taken.append(element)
        return taken


def empty_packet() -> Packet:
    """Make a packet without any property."""
    rdf = Element(RDF)
    SubElement(rdf, DESCRIPTION, {ABOUT: ""})
    return Packet(rdf)


def parse(packet: bytes) -> Packet:
    """Read a packet that somebody else wrote.

    Args:
        packet: UTF-8, with or without its wrapper.

    Raises:
        CannotSplice: it is no XMP that can be read; writing another one would lose it.
    """
    if len(packet) > MOST_BYTES:
        raise CannotSplice("The file's own metadata is too large to be read.")
    try:
        text = packet.decode("utf-8-sig").strip("\0 \r\n\t")
        if _DECLARED.search(text):
            raise CannotSplice("The file's own metadata declares entities.")
        prefixes: dict[str, str] = {}
        root: Element | None = None
        depth = 0
        events = ElementTree.iterparse(  # noqa: S314 (entities are refused above)
            io.BytesIO(text.encode()), events=("start-ns", "start", "end")
        )
        for event, found in events:
            if event == "start-ns":
                prefix, uri = found
                if prefix and prefix not in prefixes.values():
                    prefixes.setdefault(uri, prefix)
                continue
            depth += 1 if event == "start" else -1
            if depth > DEEPEST:
                raise CannotSplice("The file's own metadata is nested too deeply.")
            if root is None:
                root = found
    except (UnicodeDecodeError, ElementTree.ParseError, ValueError) as error:
        raise CannotSplice("The file's own metadata can't be read.") from error
    rdf = root if root is not None and root.tag == RDF else None if root is None else root.find(RDF)
    if rdf is None:
        raise CannotSplice("The file's own metadata is no XMP.")
    return Packet(rdf, prefixes)


def serialize(packet: Packet, *, is_wrapped: bool = True) -> bytes:
    """Write a packet as UTF-8, without padding.

    Args:
        packet: the tree.
        is_wrapped: False for the part that goes into extended XMP, which has no wrapper.
    """
    meta = Element(name("x:xmpmeta"))
    meta.append(packet.rdf)
    prefixes = _prefixes(meta, packet.prefixes)
    out: list[str] = []
    declared = "".join(
        f' xmlns:{prefix}="{_attribute(uri)}"'
        for uri, prefix in sorted(prefixes.items(), key=lambda item: item[1])
        if uri != XML
    )
    _write(meta, prefixes, out, declared)
    text = "".join(out)
    return (f"{BEGIN}{text}{END}" if is_wrapped else text).encode()


def clean(text: str) -> str:
    """Drop what XML cannot hold: control characters and halves of characters."""
    return _NO_XML.sub("", text)


def items(element: Element) -> list[str]:
    """Read the texts of a bag, a sequence or a list of languages; of a plain value, that one."""
    found = [(li.text or "").strip() for li in element.iter(LI)]
    if not found and element.text and element.text.strip():
        found = [element.text.strip()]
    return [text for text in found if text]


def value(parent: Element, short: str, text: str) -> Element:
    """Add a plain property."""
    element = SubElement(parent, name(short))
    element.text = clean(text)
    return element


def array(parent: Element, short: str, texts: Iterable[str], kind: str = BAG) -> Element:
    """Add a property with several values."""
    element = SubElement(parent, name(short))
    inside = SubElement(element, kind)
    for text in texts:
        SubElement(inside, LI).text = clean(text)
    return element


def words(parent: Element, short: str, text: str) -> Element:
    """Add a text in the default language."""
    element = SubElement(parent, name(short))
    li = SubElement(SubElement(element, ALT), LI, {f"{{{XML}}}lang": "x-default"})
    li.text = clean(text)
    return element


def _prefixes(root: Element, wanted: dict[str, str]) -> dict[str, str]:
    used: dict[str, None] = {}
    for element in root.iter():
        for tag in (element.tag, *element.attrib):
            if isinstance(tag, str) and tag.startswith("{"):
                used[tag[1:].partition("}")[0]] = None
    ours = {uri: prefix for prefix, uri in NAMESPACES.items()}
    chosen, taken = {XML: "xml"}, {"xml"}
    for uri in used:
        if uri == XML:
            continue
        prefix = ours.get(uri) or wanted.get(uri) or "ns1"
        number = 1
        while prefix in taken or (prefix in NAMESPACES and NAMESPACES[prefix] != uri):
            number += 1
            prefix = f"ns{number}"
        chosen[uri] = prefix
        taken.add(prefix)
    return chosen


def _write(element: Element, prefixes: dict[str, str], out: list[str], declared: str = "") -> None:
    tag = _short(element.tag, prefixes)
    out.append(f"<{tag}{declared}")
    out.extend(f' {_short(key, prefixes)}="{_attribute(text)}"' for key, text in element.attrib.items())
    if len(element) or element.text:
        out.append(f">{_text(element.text)}")
        for child in element:
            _write(child, prefixes, out)
            out.append(_text(child.tail))
        out.append(f"</{tag}>")
    else:
        out.append("/>")


def _short(tag: str, prefixes: dict[str, str]) -> str:
    if not tag.startswith("{"):
        return tag
    uri, _, local = tag[1:].partition("}")
    return f"{prefixes[uri]}:{local}"


def _text(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def _attribute(text: str) -> str:
    escaped = _text(text).replace('"', "&quot;")
    return escaped.replace("\n", "&#10;").replace("\t", "&#9;")
