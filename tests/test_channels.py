"""Every way in which a page can ask for something is refused and forbids the document; none opens a file or a connection."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path

import pdf_facts
import pytest
from conftest import REPOSITORY

from builder.model import Sheet
from builder.typeset import worker

SECRET = Path(__file__).with_name("projects") / "secret.txt"  # a name that nothing opens
U = SECRET.as_uri()
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/q842iQAAAABJRU5ErkJggg=="
)
BODY = f'<ul><li>x</li></ul><p data-x="{U}">y</p><div><p>z</p></div>'


def svg(inner: str) -> str:
    return f'<svg viewBox="0 0 9 9"><title>x</title>{inner}</svg>'


def svg_file(inner: str) -> bytes:
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg {names} viewBox="0 0 9 9">{inner}</svg>'.encode()


def data(inner: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg_file(inner)).decode()


_BOX = '<rect width="9" height="9" {}/>'
MARKUP = {
    # pictures and media
    "img src": f'<img src="{U}" alt="x">',
    "img srcset": f'<img srcset="{U} 2x" alt="x">',
    "img longdesc": f'<img src="asset:dot.png" longdesc="{U}" alt="x">',
    "img lowsrc": f'<img src="asset:dot.png" lowsrc="{U}" alt="x">',
    "img dynsrc": f'<img src="asset:dot.png" dynsrc="{U}" alt="x">',
    "img usemap": f'<img src="asset:dot.png" usemap="{U}" alt="x">',
    "picture source": f'<picture><source srcset="{U}"><img alt="x" src="asset:dot.png"></picture>',
    "image element": f'<image src="{U}">',
    "video src": f'<video src="{U}"></video>',
    "video poster": f'<video poster="{U}"></video>',
    "audio src": f'<audio src="{U}"></audio>',
    "audio source": f'<audio><source src="{U}"></audio>',
    "track": f'<video><track src="{U}"></video>',
    "bgsound": f'<bgsound src="{U}">',
    # documents within the document
    "object data": f'<object data="{U}">x</object>',
    "object svg": f'<object type="image/svg+xml" data="{U}">x</object>',
    "object classid": f'<object classid="{U}" codebase="{U}" archive="{U}">x</object>',
    "embed": f'<embed src="{U}">',
    "applet": f'<applet archive="{U}" code="{U}" codebase="{U}">x</applet>',
    "iframe": f'<iframe src="{U}"></iframe>',
    "iframe srcdoc": f'<iframe srcdoc="&lt;img src={U}&gt;"></iframe>',
    "layer": f'<layer src="{U}">x</layer>',
    "xml island": f'<xml src="{U}"></xml>',
    "math glyph": f'<math><mglyph src="{U}" alt="x"/></math>',
    # forms, scripts, addresses of the document
    "script": f'<script src="{U}"></script>',
    "script inline": "<script>fetch('/')</script>",
    "form action": f'<form action="{U}"><p>x</form>',
    "button formaction": f'<button formaction="{U}">x</button>',
    "input formaction": f'<input type=submit formaction="{U}">',
    "input image": f'<input type="image" src="{U}" alt="x">',
    "meta refresh": f'<meta http-equiv="Refresh" content="0; url={U}">',
    "base": f'<base href="{U}">',
    "base of an asset": '<base href="file:///"><img src="dot.png" alt="x">',
    "menu icon": f'<menuitem icon="{U}">x</menuitem>',
    "quote cite": f'<blockquote cite="{U}"><p>x</blockquote>',
    # links
    "link stylesheet": f'<link rel="stylesheet" href="{U}">',
    "link STYLESHEET": f'<link rel="STYLESHEET" href="{U}">',
    "link alternate": f'<link rel="alternate stylesheet" href="{U}">',
    "link icon": f'<link rel="icon" href="{U}">',
    "link preload": f'<link rel="preload" href="{U}" as="image">',
    "link imagesrcset": f'<link rel="preload" imagesrcset="{U} 1x" as="image">',
    "link import": f'<link rel="import" href="{U}">',
    "link dns-prefetch": '<link rel="dns-prefetch" href="//example.org">',
    "link attachment": f'<link rel="attachment" href="{U}">',
    "link to an asset as attachment": '<link rel="attachment" href="asset:dot.png">',
    "a attachment": f'<a rel="ATTACHMENT" href="{U}">x</a>',
    "a file": f'<a href="{U}">x</a>',
    "a javascript": '<a href="javascript:alert(1)">x</a>',
    "a javascript in pieces": '<a href="java\nscript:alert(1)">x</a>',
    "a data": '<a href="data:text/html,x">x</a>',
    "a vbscript": '<a href="vbscript:x">x</a>',
    "a http": '<a href="http://example.org/">x</a>',
    "a without a scheme": '<a href="//example.org/">x</a>',
    "a relative": '<a href="../x.pdf">x</a>',
    "a ping": f'<a href="https://example.org/" ping="{U}">x</a>',
    "area": f'<map name=m><area href="{U}" shape=rect coords="0,0,9,9"></map>',
    # backgrounds and style attributes
    "body background": f'</body><body background="{U}">x',
    "table background": f'<table background="{U}"><tr><td>x</table>',
    "td background": f'<table><tr><td background="{U}">x</table>',
    "style background": f'<p style="background:url({U})">x</p>',
    "style in quotes": f"<p style=\"background-image:url('{U}')\">x</p>",
    "style escaped": f'<p style="background:u\\72l({U})">x</p>',
    "style image-set": f'<p style="background:image-set(&quot;{U}&quot; 1x)">x</p>',
    "style content": f'<img style="content:url({U})" alt=x src="asset:dot.png">',
    "style link": f'<p style="-weasy-link:url({U})">x</p>',
    # drawings
    "svg image": svg(f'<image href="{U}" width="9" height="9"/>'),
    "svg image xlink": svg(f'<image xlink:href="{U}" width="9" height="9"/>'),
    "svg image by prefix": svg(f'<x:image xmlns:x="http://www.w3.org/2000/svg" href="{U}" width="9" height="9"/>'),
    "svg use": svg(f'<use href="{U}#a"/>'),
    "svg use xlink": svg(f'<use xlink:href="{U}#a"/>'),
    "svg feImage": svg(f'<filter id="f"><feImage href="{U}"/></filter>' + _BOX.format('filter="url(#f)"')),
    "svg a": svg(f'<a href="{U}">{_BOX}</a>'),
    "svg a javascript": svg(f'<a href="javascript:x">{_BOX}</a>'),
    "svg fill": svg(_BOX.format(f'fill="url({U}#f)"')),
    "svg stroke": svg(_BOX.format(f'stroke="url({U}#f)"')),
    "svg filter": svg(_BOX.format(f'filter="url({U}#f)"')),
    "svg mask": svg(_BOX.format(f'mask="url({U}#f)"')),
    "svg clip-path": svg(_BOX.format(f'clip-path="url({U}#f)"')),
    "svg marker": svg(f'<path marker-start="url({U}#f)" d="M0 0L9 9"/>'),
    "svg cursor": svg(_BOX.format(f'cursor="url({U})"')),
    "svg capitals": svg(_BOX.format(f'fill="URL({U}#f)"')),
    "svg style": svg(_BOX.format(f'style="fill:url({U}#f)"')),
    "svg style escaped": svg(_BOX.format(f'style="fill:u\\72l({U}#f)"')),
    "svg style element": svg(f"<style>rect{{fill:url({U}#f)}}</style>{_BOX}"),
    "svg style import": svg(f"<style>@import url({U});</style>{_BOX}"),
    "svg style import of a string": svg(f'<style>@import "{U}";</style>{_BOX}'),
    "svg font-face": svg(f'<style>@font-face{{font-family:q;src:url({U})}}</style><text font-family="q">x</text>'),
    "svg script": svg(f'<script href="{U}"/>'),
    "svg foreignObject": svg(
        f'<foreignObject width="9" height="9"><img xmlns="http://www.w3.org/1999/xhtml" src="{U}"/></foreignObject>'
    ),
    "svg pattern": svg(f'<defs><pattern id="p" href="{U}#p"/></defs>' + _BOX.format('fill="url(#p)"')),
    "svg gradient": svg(f'<defs><linearGradient id="p" xlink:href="{U}#p"/></defs>' + _BOX.format('fill="url(#p)"')),
    "svg textPath": svg(f'<text><textPath href="{U}#p">x</textPath></text>'),
    "svg tref": svg(f'<text><tref xlink:href="{U}#p"/></text>'),
    "svg mpath": svg(f'<animateMotion><mpath href="{U}"/></animateMotion>'),
    "svg animate": svg(f'<image href="asset:dot.png"><animate attributeName="href" to="{U}"/></image>'),
    "svg set": svg(f'<image href="asset:dot.png"><set attributeName="href" to="{U}"/></image>'),
    "svg color-profile": svg(f'<color-profile xlink:href="{U}" name="x"/>'),
    "svg font-face-uri": svg(f'<font-face-uri xlink:href="{U}"/>'),
    "svg xml:base": svg('<g xml:base="file:///tmp/"><image href="asset:dot.png" width="9" height="9"/></g>'),
    "svg entity": f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{U}">]>' + svg("<text>&x;</text>"),
    "data: svg that loads": f'<img alt="x" src="{data(f"<image href={U!r} width={9!r} height={9!r} />")}">',
}

STYLES = {
    "@import": f'@import "{U}";',
    "@import url": f"@import url({U});",
    "@import media": f"@import url({U}) print;",
    "@import layer": f"@import url({U}) layer(x);",
    "@namespace": f"@namespace x url({U});",
    "@font-face": f"@font-face{{font-family:x;src:url({U})}}",
    "@font-face format": f'@font-face{{font-family:x;src:url({U}) format("woff2")}}',
    "@font-face local": '@font-face{font-family:x;src:local("Noto Serif")}',
    "@color-profile": f"@color-profile --x{{src:url({U})}}",
    "@color-profile device": f"@color-profile device-cmyk{{src:url({U})}}",
    "@page background": f"@page{{background:url({U})}}",
    "@page:first background": f"@page:first{{background:url({U})}}",
    "@page margin": f"@page{{@top-left{{content:url({U})}}}}",
    "@document": f"@document url({U}){{p{{color:red}}}}",
    "@media": f"@media print{{p{{background:url({U})}}}}",
    "@supports": f"@supports (display:block){{p{{background:url({U})}}}}",
    "@layer": f"@layer a{{p{{background:url({U})}}}}",
    "@counter-style": f"@counter-style x{{system:cyclic;symbols:url({U})}} ul{{list-style:x}}",
    "background": f"p{{background:url({U})}}",
    "second background": f"p{{background-image:url(asset:dot.png),url({U})}}",
    "list-style": f"li{{list-style:url({U})}}",
    "list-style-image": f"li{{list-style-image:url({U})}}",
    "content": f"p::before{{content:url({U})}}",
    "content after words": f'p::after{{content:"a" url({U})}}',
    "marker": f"li::marker{{content:url({U})}}",
    "footnote": f"p::footnote-marker{{content:url({U})}}",
    "string-set": f"p{{string-set:a url({U})}}",
    "bookmark-label": f"p{{bookmark-label:url({U})}}",
    "target-counter": f"p::after{{content:target-counter(url({U}#a),page)}}",
    "target-text": f"p::after{{content:target-text(url({U}#a))}}",
    "cursor": f"p{{cursor:url({U}),auto}}",
    "border-image": f"p{{border:1px solid;border-image:url({U}) 1}}",
    "border-image-source": f"p{{border:1px solid;border-image-source:url({U})}}",
    "mask": f"p{{mask:url({U}#x)}}",
    "mask-image": f"p{{mask-image:url({U})}}",
    "mask-border": f"p{{mask-border:url({U}) 1}}",
    "mask with a prefix": f"p{{-webkit-mask-image:url({U})}}",
    "filter": f"p{{filter:url({U}#f)}}",
    "clip-path": f"p{{clip-path:url({U}#f)}}",
    "shape-outside": f"p{{float:left;shape-outside:url({U})}}",
    "behavior": f"p{{behavior:url({U})}}",
    "binding": f"p{{-moz-binding:url({U})}}",
    "link": f"p{{-weasy-link:url({U})}}",
    "hyphenate-resource": f"p{{hyphenate-resource:url({U})}}",
    "image-set": f'p{{background:image-set("{U}" 1x)}}',
    "cross-fade": f"p{{background:cross-fade(url({U}),url({U}))}}",
    "image()": f'p{{background:image("{U}")}}',
    "src()": f'p{{background:src("{U}")}}',
    "attr()": "p{background:attr(data-x url)}",
    "variable": f":root{{--a:url({U})}}p{{background:var(--a)}}",
    "unused variable": f":root{{--a:url({U})}}",
    "rule that nothing matches": f".none{{background:url({U})}}",
    "nested rule": f"div{{p{{background:url({U})}}}}",
    "escaped": f"p{{background:\\75 rl({U})}}",
    "capitals": f"p{{background:URL( '{U}' )}}",
    "behind a string": f'p{{content:"/*";background:url({U});quotes:"*/" "x"}}',
    "behind a charset": f'@charset "utf-7";p{{background:url({U})}}',
}

ADDRESSES = (
    "http://127.0.0.1:9/x.png", "https://example.org/x.png", "HTTPS://EXAMPLE.ORG/X.PNG", "http://[::1]:9/", "http://127.1:9/",
    "http://2130706433/", "ftp://127.0.0.1/x", "//127.0.0.1/x.png", "///etc/passwd", "../x.png", "/etc/passwd", "dot.png",
    "./dot.png", "asset:../dot.png", "asset:%2e%2e/dot.png", "asset:%64ot.png", "asset://dot.png", "asset:/dot.png", "asset:./dot.png",
    "asset:dot.png#x", "asset:dot.png?x", "asset:dot.png%00", "asset:DOT.PNG", "ASSET:dot.png", "asset: dot.png", "asset\u200b:dot.png",
    "data:image/png;base64,AAAA", "data:text/html,x", "data:text/css,p{}", "DATA:image/svg+xml,<svg/>", "blob:x", "filesystem:x",
    "jar:file:///x!/", "gopher://x", "ldap://x", "dict://x", "tftp://x", "sftp://x", "smb://x/y", "\\\\host\\share", "//host/share",
    "file:/etc/passwd", "file://localhost/etc/passwd", "FILE:///etc/passwd", "file:///proc/self/environ", "file:///dev/stdin",
    "fi\nle:///etc/passwd", "javascript:x", "JaVaScRiPt:x", "view-source:x", "about:blank", "mhtml:x", "res:x", "ws://x", "wss://x",
    "cid:x", "urn:x", "chrome://x", "resource://x", "unix:/tmp/s", "http+unix://x", "x:1",
)  # fmt: skip

# refused in other words than "the document asks for": the renderer has no such function or entity
OTHER_WORDS = {
    "style image-set", "image-set", "image()", "attr()", "svg style import of a string",
}  # fmt: skip

_seen: list[str] = []
_watching = False


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if not _watching:
        return
    if event.startswith(("socket.", "urllib.", "ftplib.", "subprocess.", "os.system", "os.exec", "os.posix_spawn")):
        _seen.append(f"{event} {arguments}")
    elif (
        event == "open"
        and isinstance(arguments[0], str)
        and arguments[0].startswith((str(SECRET), "/etc/passwd", "/proc/self/environ"))
    ):
        _seen.append(f"open {arguments[0]}")  # fmt: skip


sys.addaudithook(_watch)  # it cannot be taken away, so it is off outside these tests


def typeset(body: str = "", css: str = "", assets: tuple[tuple[str, bytes], ...] = ()) -> Sheet:
    """Typeset as a worker does, and fail when anything was opened on the way."""
    global _watching  # noqa: PLW0603 - an audit hook has no other way to be told
    styles = (css + pdf_facts.SHEET + pdf_facts.LATIN,)
    job = pdf_facts.job(f"<h1>T</h1>{body}", styles=styles, assets=(("dot.png", DOT), *assets))
    _seen.clear()
    _watching = True
    try:
        (sheet,) = worker.work((job,))
    finally:
        _watching = False
    assert _seen == []
    return sheet


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    """The libraries of the renderer are looked for and loaded before anybody watches."""
    worker.work((pdf_facts.job("<h1>T</h1>"),))


def test_the_list_is_long_enough():
    assert len(MARKUP) + len(STYLES) >= 37
    assert len(ADDRESSES) == len(set(ADDRESSES)) > 50


def refused(sheet: Sheet, name: str) -> bool:
    codes = {fault.code for fault in sheet.faults}
    return sheet.pdfs == () and bool(codes if name in OTHER_WORDS else codes & {"fetch-denied"})


@pytest.mark.parametrize("name", MARKUP)
def test_markup_that_asks_for_something_forbids_the_document(name):
    assert refused(typeset(MARKUP[name].replace("{}", "")), name)


@pytest.mark.parametrize("name", STYLES)
def test_a_style_that_asks_for_something_forbids_the_document(name):
    assert refused(typeset(BODY, STYLES[name]), name)  # in a style sheet of ours
    assert refused(typeset(f"<style>{STYLES[name]}</style>{BODY}"), name)  # in the document


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_other_than_an_assets_name_forbids_the_document(address):
    written = address.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    assert refused(typeset(f'<img alt="x" src="{written}">'), "")


@pytest.mark.parametrize(
    "inner",
    [
        f'<image href="{U}" width="9" height="9"/>',
        f'<use href="{U}#a"/>',
        f"<style>@import url({U});</style><rect/>",
        f'<filter id="f"><feImage href="{U}"/></filter><rect filter="url(#f)" width="9" height="9"/>',
        f'<rect fill="url({U}#a)" width="9" height="9"/>',
        f'<image href="{data("<rect/>")}" width="9" height="9"/>',
        '<image href="http://127.0.0.1:9/" width="9" height="9"/>',
    ],
)
def test_a_drawing_given_as_an_asset_may_ask_no_more_than_the_document(inner):
    assert typeset('<img alt="x" src="asset:a.svg">', assets=(("a.svg", svg_file(inner)),)).pdfs == ()


def test_an_entity_in_a_drawing_reads_no_file():
    """An external entity is the way of XML to ask; entities in entities are its bomb."""
    for declared in (f'<!ENTITY x SYSTEM "{U}">', '<!ENTITY y "yyyyyyyyyy"><!ENTITY x "&y;&y;&y;&y;&y;&y;&y;&y;&y;">'):
        drawing = f"<!DOCTYPE svg [{declared}]>".encode() + svg_file("<text>&x;</text>")
        assert typeset('<img alt="x" src="asset:a.svg">', assets=(("a.svg", drawing),)).pdfs == ()


def test_what_may_be_named_is_printed():
    """The control: the same page with its own asset, and links to read on."""
    body = (
        '<p style="background: url(asset:dot.png)"><img src="asset:dot.png" alt="x">'
        '<a href="https://example.org/?a=1">x</a> <a href="tel:112">y</a> <a href="mailto:a@example.org">z</a>'
        '<a href="#i">i</a></p><p id="i" title="url(x">url(file:///etc/passwd) is text</p>'
        + svg('<defs><linearGradient id="g"/></defs><rect fill="url(#g)" width="9" height="9"/>')
    )
    sheet = typeset(body, "h1 { background: url('asset:dot.png') } h1::before { content: 'url' } ")
    assert sheet.faults == ()
    assert sheet.pdfs


def test_without_our_rules_the_renderer_opens_what_these_pages_ask_for(tmp_path):
    """The control of the attack: on the bare renderer these channels are open, so a closed one is our doing."""
    names = ["img src", "object data", "embed", "link stylesheet", "link attachment", "svg image", "style background"]
    rules = ["@import", "@font-face", "list-style-image", "content", "border-image", "@page background", "variable"]
    secret = tmp_path / "secret.txt"
    secret.write_text("x")
    bodies = [MARKUP[name].replace("{}", "") for name in names] + [
        f"<style>{STYLES[name]}</style>{BODY}" for name in rules
    ]
    pages = [body.replace(U, secret.as_uri()) for body in bodies]
    code = (
        "import sys, logging; sys.path[:0] = ['tests']\nimport pdf_facts, weasyprint\n"
        "logging.getLogger('weasyprint').setLevel(100)\nopened = []\n"
        f"sys.addaudithook(lambda e, a: opened.append(a[0]) if e == 'open' and str(a[0]) == {str(secret)!r} else None)\n"
        f"for page in {pages!r}:\n"
        "    opened.clear(); weasyprint.HTML(string=page).write_pdf(); print(bool(opened))\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert ran.stdout.split() == ["True"] * len(pages), ran.stderr[-500:]
