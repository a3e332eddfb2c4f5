"""Many finished sheets in one file, which keeps what each had: tags, languages, headings, an order for printing.

The first part lends the file its catalog: language, colour profile, metadata. Each part's structure becomes a child of
one structure tree, in the order of the pages. A part that stands in the file several times shares its fonts and its
page contents; its structure is its own each time, for an element belongs to one page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf

from builder.impose.written import written

_CLAIMS = re.compile(rb"<rdf:Description[^>]*(?:pdfaid|pdfuaid|pdfaExtension).*?(?:</rdf:Description>|/>)", re.DOTALL)
_TITLE = re.compile(rb"(<dc:title>.*?<rdf:li[^>]*>).*?(</rdf:li>)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Part:
    """One finished sheet of a pack."""

    pdf: bytes
    bookmark: tuple[str, ...]  # the path of its bookmark, outermost first
    one_sided: bool = False  # to be cut apart or hung up: no page stands on another's back


def join(parts: Sequence[Part], *, both_sides: bool) -> bytes:
    """One file with every part in order; on both sides, each part begins on a leaf of its own.

    The claim to PDF/UA-1 and PDF/A-2a is kept when every part has tags; an imposed part, whose pages are pictures of
    pages, ends it for the whole file. Backs of imposed sheets are turned, so that the whole file is printed over the
    long edge. Raises ValueError when there are no parts.
    """
    if not parts:
        raise ValueError("a pack has at least one part")
    with Pdf.new() as target:
        joiner = _Joiner(target)
        for part in parts:
            joiner.add(part, both_sides=both_sides)
        joiner.finish(parts[0].pdf, both_sides=both_sides)
        return written(target)


def pages(pdf: bytes) -> int:
    """How many pages a file has."""
    with Pdf.open(BytesIO(pdf)) as source:
        return len(source.pages)


@dataclass(slots=True)
class _Seen:
    """What a part's first appearance left in the file, for the next ones to share."""

    resources: list[pikepdf.Object]
    contents: list[pikepdf.Object]


class _Joiner:
    """Adds parts to a file and remembers what the catalog must say of them."""

    def __init__(self, target: Pdf) -> None:
        self.target = target
        self.seen: dict[bytes, _Seen] = {}
        self.documents: list[pikepdf.Object] = []
        self.numbers: list[tuple[int, pikepdf.Object]] = []  # the parent tree: key, value
        self.ids: list[tuple[bytes, pikepdf.Object]] = []
        self.roles: dict[str, pikepdf.Object] = {}
        self.bookmarks: list[tuple[tuple[str, ...], int]] = []
        self.next_number = 0
        self.tagged = True
        self.tree = target.make_indirect(Dictionary(Type=Name.StructTreeRoot))

    def add(self, part: Part, *, both_sides: bool) -> None:
        first = len(self.target.pages)
        self.bookmarks.append((part.bookmark, first))
        with Pdf.open(BytesIO(part.pdf)) as source:
            added = self._pages(part.pdf, source)
            if "/StructTreeRoot" in source.Root:
                self._structure(source, added)
            else:
                self.tagged = False
                self._turn(source, added, both_sides=both_sides)
        if both_sides and part.one_sided:
            for page in reversed(range(len(added))):
                self._blank(added[page], first + page + 1)
        elif both_sides and len(added) % 2:
            self._blank(added[-1], first + len(added))

    def _blank(self, like: pikepdf.Object, at: int) -> None:
        """An empty back of a page's size."""
        blank = Dictionary(
            Type=Name.Page, MediaBox=Array([float(edge) for edge in like.MediaBox]), Resources=Dictionary()
        )
        self.target.pages.insert(at, pikepdf.Page(self.target.make_indirect(blank)))

    def _pages(self, pdf: bytes, source: Pdf) -> list[pikepdf.Object]:
        shared = self.seen.get(pdf)
        if shared:  # what is shared already is not copied again
            for page in source.pages:
                page.obj.Resources, page.obj.Contents = Dictionary(), Array()
        first = len(self.target.pages)
        self.target.pages.extend(source.pages)
        added: list[pikepdf.Object] = [page.obj for page in self.target.pages[first:]]
        if shared:
            for leaf, resources, contents in zip(added, shared.resources, shared.contents, strict=True):
                leaf.Resources, leaf.Contents = resources, contents
        else:
            self.seen[pdf] = _Seen([page.Resources for page in added], [page.Contents for page in added])
        return added

    def _structure(self, source: Pdf, added: Iterable[pikepdf.Object]) -> None:
        """Hang a part's structure into the one tree: its parent tree renumbered, its identifiers made its own."""
        copied = self.target.copy_foreign(source.Root.StructTreeRoot)
        numbers = _numbers(copied.ParentTree)
        for key, value in numbers:
            self.numbers.append((self.next_number + key, value))
        for page in added:
            if "/StructParents" in page:
                page.StructParents = int(page.StructParents) + self.next_number
            for annotation in page.get("/Annots", Array()):
                if "/StructParent" in annotation:
                    annotation.StructParent = int(annotation.StructParent) + self.next_number
        self.next_number += max((key for key, _ in numbers), default=-1) + 1
        self.roles.update(dict(copied.get("/RoleMap", Dictionary()).items()))
        self._name(numbers, f"{len(self.documents)}-")
        kids = copied.K if isinstance(copied.K, Array) else [copied.K]
        for kid in kids:
            kid.P = self.tree
            if "/Lang" not in kid and "/Lang" in source.Root:
                kid.Lang = pikepdf.String(str(source.Root.Lang))
            self.documents.append(kid)

    def _name(self, numbers: Iterable[tuple[int, pikepdf.Object]], prefix: str) -> None:
        """Make identifiers of table cells unique. Every cell is the parent of something that is on a page, or empty."""
        done: set[tuple[int, int]] = set()
        todo = [value for _, value in numbers]
        while todo:
            thing = todo.pop()
            if isinstance(thing, Array):
                todo += list(thing)
            elif isinstance(thing, Dictionary) and thing.objgen not in done:
                done.add(thing.objgen)
                if str(thing.get("/S", "")) == "/TR":
                    self._name_cells(thing, prefix)
                elif "/P" in thing and str(thing.get("/S", "")) != "/Document":
                    todo.append(thing.P)

    def _name_cells(self, row: pikepdf.Object, prefix: str) -> None:
        for cell in row.get("/K", Array()):
            if not isinstance(cell, Dictionary):
                continue
            if "/ID" in cell:
                cell.ID = pikepdf.String(prefix + str(cell.ID))
                self.ids.append((bytes(cell.ID), cell))
            attributes = cell.get("/A", Dictionary())
            if "/Headers" in attributes:
                attributes.Headers = Array([pikepdf.String(prefix + str(name)) for name in attributes.Headers])

    def _turn(self, source: Pdf, added: Sequence[pikepdf.Object], *, both_sides: bool) -> None:
        """Turn the backs of leaves that would be turned over the short edge: one file has one way to be turned."""
        wishes = source.Root.get("/ViewerPreferences", Dictionary())
        if both_sides and wishes.get("/Duplex") == Name.DuplexFlipShortEdge:
            for back in added[1::2]:
                back.Rotate = (int(back.get("/Rotate", 0)) + 180) % 360

    def finish(self, first: bytes, *, both_sides: bool) -> None:
        root = self.target.Root
        with Pdf.open(BytesIO(first)) as source:
            self._catalog(source)
        if self.documents:
            self.tree.K = Array(self.documents)
            self.tree.ParentTree = self.target.make_indirect(
                Dictionary(Nums=Array([part for pair in self.numbers for part in pair]))
            )
            self.tree.ParentTreeNextKey = self.next_number
            if self.roles:
                self.tree.RoleMap = Dictionary(self.roles)
            if self.ids:
                named = sorted(self.ids, key=lambda pair: pair[0])
                limits = Array([pikepdf.String(named[0][0]), pikepdf.String(named[-1][0])])
                names = Array([part for name, cell in named for part in (pikepdf.String(name), cell)])
                self.tree.IDTree = Dictionary(
                    Kids=Array([self.target.make_indirect(Dictionary(Limits=limits, Names=names))])
                )
            root.StructTreeRoot = self.tree
            root.MarkInfo = Dictionary(Marked=self.tagged)
        root.ViewerPreferences = Dictionary(
            DisplayDocTitle=True, PrintScaling=Name("/None"),
            Duplex=Name.DuplexFlipLongEdge if both_sides else Name.Simplex,
        )  # fmt: skip
        self._outline()

    def _catalog(self, source: Pdf) -> None:
        root = self.target.Root
        for name in ("/Lang", "/OutputIntents"):
            if name in source.Root:
                value = source.Root[name]
                root[name] = self.target.copy_foreign(value) if value.is_indirect else _foreign(self.target, value)
        if "/Title" in source.docinfo:
            self.target.docinfo["/Title"] = str(source.docinfo["/Title"])
        if "/Metadata" in source.Root:
            said = source.Root.Metadata.read_bytes()
            metadata = self.target.make_stream(said if self.tagged else _without_claims(said))
            metadata.Type, metadata.Subtype = Name.Metadata, Name.XML
            root.Metadata = metadata

    def _outline(self) -> None:
        with self.target.open_outline() as outline:
            open_at: list[OutlineItem] = []
            path: tuple[str, ...] = ()
            for bookmark, page in self.bookmarks:
                same = 0
                while same < min(len(path), len(bookmark) - 1) and path[same] == bookmark[same]:
                    same += 1
                del open_at[same:]
                for title in bookmark[same:]:
                    item = OutlineItem(title, page)
                    (open_at[-1].children if open_at else outline.root).append(item)
                    open_at.append(item)
                path = bookmark


def _foreign(target: Pdf, value: pikepdf.Object) -> pikepdf.Object:
    """A direct value of another file: arrays and dictionaries of it may name indirect ones."""
    if isinstance(value, Array):
        return Array([_foreign(target, each) for each in value])
    if isinstance(value, (Dictionary, pikepdf.Stream)):
        if value.is_indirect:
            return target.copy_foreign(value)
        return Dictionary({key: _foreign(target, each) for key, each in value.items()})
    return value


def _without_claims(xmp: bytes) -> bytes:
    """Metadata that claims no standard, for a file some of whose pages are pictures of pages."""
    return _CLAIMS.sub(b"", xmp)


def _numbers(tree: pikepdf.Object) -> list[tuple[int, pikepdf.Object]]:
    """The pairs of a number tree, its branches included."""
    found = []
    flat = list(tree.get("/Nums", Array()))
    found += [(int(key), value) for key, value in zip(flat[::2], flat[1::2], strict=True)]
    for branch in tree.get("/Kids", Array()):
        found += _numbers(branch)
    return found
