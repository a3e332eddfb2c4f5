"""Texts that make programs stumble: our own list, by what they try."""

from __future__ import annotations

_EMPTY = [
    "",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "\u00a0",
    "\u3000",
    "\u200b",
    "\ufeff",
    "\x00",
    "\x1a",
    "\x7f",
    "\x85",
    "\u2028",
    "\u2029",
]
_WORDS = [
    "null", "Null", "~", "nil", "None", "undefined", "true", "false", "yes", "no", "on", "off", "y", "n", "NaN", "nan", "inf", "-inf",
    "Infinity", "0", "-0", "00", "007", "02134", "0o17", "0x1F", "0b11", "1e309", "-1", "1_000", "1,000", "1.0.0", ".5", "5.", "+5", "1e3",
    "12:30:45", "2026-11-22", "2026-11-22T10:00:00Z", "9" * 30, "9" * 400, "1/0", "COM1", "CON", "aux.txt", "/dev/null", "..", "../..", ".git",
    "constructor", "__proto__", "__class__", "hasOwnProperty", "self", "import os", "lambda: 0", "eval('1')",
]  # fmt: skip
_MARKDOWN = [
    "**", "****", "** **", "***a***", "*a*b*", "__a__", "_a_", "`a`", "``", "~~a~~", "[a]", "[a](", "[a]()", "[a](b", "[a](https://e.org)", "[](https://e.org)",
    "[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "[a](java\tscript:alert(1))", "[a](  javascript:alert(1))", "[a](data:text/html;base64,PHN2Zz4=)",
    "[a](vbscript:x)", "[a](file:///etc/passwd)", "[a](//e.org)", '[a](https://e.org"onclick="x)', "[a](https://e.org 'x' onclick=y)", "[a](<https://e.org>)",
    "[a](https://e.org)[b](https://e.org)", "[a][b]", "[b]: https://e.org", "[^1]", "[^1]: x", "![a](https://e.org/x.png)", "![" * 50, "[" * 100, "](" * 50,
    "> a", "> > > a", "# a", "#a", "###### a", "a\n===", "a\n---", "---", "***", "- - - a", "- [ ] a", "1) a", "1.a", "+ a", "\u2022 a", "    code", "\tcode", "```\na\n```",
    "| a | b |", "a | b\n--|--", ": a", "a\n: b\n: c", "Term\n:   x", "{a}", "{from=}", "{from=A.1", "{from=A.1}}", "{{ a }}", "{% a %}", "{# a #}", "${a}", "#{a}", "<%= a %>",
    "{: onclick=x}", "{.class}", "{#id}", "\\", "\\*", "\\\\", "*[a]: b", "==a==", "++a++", "a  \nb", "$$a$$", "&amp;", "&#60;", "&#x3c;", "&lt;script&gt;", "&nbsp;", "&bogus;",
]  # fmt: skip
_HTML = [
    "<b>a</b>", "<script>alert(1)</script>", "<ScRiPt>x</sCrIpT>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<svg><script>x</script></svg>",
    "<iframe src=javascript:x>", "<a href=javascript:x>a</a>", "<!-- a -->", "<!--", "-->", "<![CDATA[a]]>", "<?php x ?>", "<!DOCTYPE html>", "<style>*{x:y}</style>",
    "<link rel=stylesheet href=x>", "<base href=x>", "<meta http-equiv=refresh content=0>", "<body onload=x>", "<p style=background:url(x)>", "<object data=x>", "<embed src=x>",
    "<details open ontoggle=x>", "<math><mi xlink:href=javascript:x>", "<<b>>", "<b", "</b>", "< b>", "<b\n>", "<\x00b>", "<https://e.org>", "<a@b.c>", '"><b>', "'><b>", "`onclick=x",
    '<noscript><p title="</noscript><img src=x>">', "<textarea></textarea><img>", "<xmp><b>", "<table><td background=x>",
]  # fmt: skip
_YAML = [
    "&a b", "*a", "!!python/object/apply:os.system [id]", "!t x", "!!binary x", "!!set {a}", "<<: {a: b}", "<<: *a", "? a", "? [a, b]\n: c", "? {a: b}\n: c", "a: b: c", "a:b", "- a: - b", "{a: b", "[a, b", "[[[[[[[[[[",
    "{a: {a: {a: {a: b}}}}", '"a', "'a", '"\\x41"', '"\\ud800"', '"\\q"', "|\n a", ">\n a", "|9\n a", "%YAML 1.1", "%TAG ! x", "---", "...", "--- a\n--- b", "# a", "@a", "`a", "\ta: b", "a:\n\tb: c", "a: b\n a: c", "=", ": a", ", a", "a: [1,]",
    "a: &x [*x]", "key: 'it''s'", "'': a", "~: a", "1: a", "true: a", "a: |-\n\n\n", "a: !<x> b", "\u2028a: b",
]  # fmt: skip
_PO = [
    'msgid "a"', 'msgstr "a"', 'msgid "a\nmsgstr "b"', 'msgid ""', 'msgstr[0] "a"', 'msgstr[9] "a"', 'msgstr[999999999] "a"', 'msgid_plural "a"', 'msgctxt "a"', '"a"', '"a\\"', '"\\q"', '"\\x41"', "#, fuzzy", "#, fuzzy, c-format", '#| msgid "a"', '#~ msgid "a"',
    '#~| msgid "a"', "#: a:1", "#. a", "#@ a", "<<<<<<< HEAD", "=======", ">>>>>>> x", "msgid a", 'domain "x"', '"Plural-Forms: nplurals=1000000; plural=n;\\n"', '"Plural-Forms: nplurals=2; plural=__import__(\'os\');\\n"',
    '"Plural-Forms: nplurals=2; plural=n**n**n**n;\\n"', '"Content-Type: text/plain; charset=UTF-7\\n"', '"Content-Type: text/plain; charset=\\n"', '"Language: ../../x\\n"',
]  # fmt: skip
_UNICODE = [
    "\u202ecall 112", "\u2066a\u2069", "\u200fa", "a\u200db", "a\u0301" * 3, "a" + "\u0301" * 40, "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324", "\u0430pple", "\u03b1bc", "\uff41\uff42", "\U0001f9f8", "\U0001f468\u200d\U0001f469", "\U000e0041", "\ue000", "\ufffd", "\ufffe",
    "\U0010ffff", "\u00df", "\u0130", "\u0131", "\ufb01", "\u1e9e", "\u01c5", "\u2126", "\u212b", "\u0645\u0631\u062d\u0628\u0627", "\u05e9\u05dc\u05d5\u05dd", "\u0928\u092e\u0938\u094d\u0924\u0947", "\u4f60\u597d", "\ud55c\uad6d", "\u0e01\u0e33", "\u1019\u103c\u1014\u103a", "\u0622", "a\u00adb", "\u2060", "\u180e", "\u115f", "\u3164", "\uffa0",
    "\u0660\u0661\u0662", "\u00bd", "\u2167", "\u2070", "\u0664-\u0667", "\u2212", "\u2013", "\u2018a\u2019", "\u00ab a \u00bb",
]  # fmt: skip
_CODE = [
    "'; DROP TABLE x; --", '" OR 1=1', "$(id)", "`id`", "; id", "| id", "&& id", "%s%s%s%n", "%x", "%", "100%", "%(a)s", "{0}", "{}", "{a.b}", "{a!r}", "{a:>1000000000}", "{n}", "{N}", "{ n }", "\\u0041", "\\x41", "\\n", "=1+1", '=HYPERLINK("x")', "+1", "-1+1", "@SUM(1)",
    "\x1b[31ma", "\x08", "\x07", "a\rb", "%00", "%2e%2e%2f", "..\\..", "C:\\x", "file:///x", "http://[", "https://e.org/%", "mailto:", "tel:", "a@b", "--help", "-", "--", "-o", "--project=/", "@file", "*", "?", "[!a]", "~root", "a" * 300, "word " * 500, "\U0001f9f8" * 100,
]  # fmt: skip

STRINGS = tuple(dict.fromkeys([*_EMPTY, *_WORDS, *_MARKDOWN, *_HTML, *_YAML, *_PO, *_UNICODE, *_CODE]))
