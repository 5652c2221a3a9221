"""Text that some medium would obey, hide, drop or turn into other text."""

from __future__ import annotations

from typing import Final

from tests.hostile.world import octets

_TEXTS: Final[dict[str, str | bytes]] = {
    # what terminals obey
    "escape": "\x1b",
    "clear-screen": "\x1b[2J\x1b[H",
    "colour": "\x1b[31mred\x1b[0m",
    "title": "\x1b]0;x\x07",
    "up-and-erase": "\x1b[1A\x1b[2Kgood signature",
    "link": "\x1b]8;;https://x.example\x1b\\x\x1b]8;;\x1b\\",
    "device-control": "\x1bP+q\x1b\\",
    "reset": "\x1bc",
    "bell": "\a",
    "backspace": "bad\b\b\bgood",
    "carriage-return": "bad\rgood",
    "line-feed": "a\nb",
    "crlf": "a\r\nb",
    "tab": "a\tb",
    "vertical-tab": "a\vb",
    "form-feed": "a\fb",
    "delete": "a\x7fb",
    "shift-out": "a\x0eb\x0f",
    "nul": b"a\0b",
    "file-separator": "a\x1cb",
    "c1-csi": "a\x9b2Jb",
    "c1-osc": "a\x9d0;x\x9cb",
    "c1-nel": "a\x85b",
    "raw-c1": b"a\x9b2Jb",
    "xon": "a\x11b\x13",
    # what changes the order or cannot be seen
    "rlo": "a\u202egood",
    "lro": "a\u202dgood",
    "rli": "a\u2067good\u2069",
    "fsi": "a\u2068x\u2069",
    "rlm": "a\u200fb",
    "alm": "a\u061cb",
    "zero-width-space": "a\u200bb",
    "zero-width-joiner": "a\u200db",
    "word-joiner": "a\u2060b",
    "byte-order-mark": "\ufeffab",
    "soft-hyphen": "a\u00adb",
    "line-separator": "a\u2028b",
    "paragraph-separator": "a\u2029b",
    "no-break-space": "a\u00a0b",
    "ideographic-space": "a\u3000b",
    "hangul-filler": "a\u3164b",
    "braille-blank": "a\u2800b",
    "tag-letters": "a\U000e0041\U000e0042b",
    "variation-selector": "a\ufe0fb",
    "private-use": "a\ue000b",
    "unassigned": "a\u0378b",
    "non-character": "a\uffffb",
    "interlinear": "a\ufff9b\ufffb",
    "mongolian-separator": "a\u180eb",
    "combining": "a" + "\u0301" * 40,
    "object-replacement": "a\ufffcb",
    # what spreadsheets run
    "formula": "=1+1",
    "formula-call": '=HYPERLINK("https://x.example")',
    "plus": "+1+1",
    "minus": "-1+1",
    "at": "@SUM(A1)",
    "tab-formula": "\t=1+1",
    "cr-formula": "\r=1+1",
    "pipe-formula": "=x|'/c y'!A0",
    "quoted-formula": '"=1+1"',
    "disarmed-formula": "'=1+1",
    "full-width-formula": "\uff1d1+1",
    "semicolon": "a;=1+1",
    "quote": 'a"b',
    "comma": "a,b",
    "comma-quote": '",="',
    # what HTML, Markdown or a console library takes for markup
    "script": "a<script>x()</script>",
    "image": "a<img src=x onerror=x()>",
    "entity": "a&lt;b&gt;",
    "numeric-entity": "a&#x202e;b",
    "end-of-script": "a</script>",
    "attribute": "a\" onload='x",
    "comment": "a<!-- x",
    "cdata": "a]]>b",
    "md-link": "[a](https://x.example)",
    "md-image": "![a](https://x.example/b.png)",
    "md-code": "a`b`c",
    "md-fence": "```",
    "md-heading": "# a",
    "md-rule": "---",
    "md-pipe": "a|b|c",
    "md-emphasis": "*a* _b_ ~~c~~",
    "md-autolink": "<https://x.example>",
    "md-backslash": "a\\|b",
    "md-quote": "> a",
    "md-list": "1. a",
    "rich": "[bold red]a[/bold red]",
    "rich-link": "[link=https://x.example]a[/link]",
    "brace": "{a} {0.__class__} %s %(a)s ${a}",
    "jinja": "{{ 7*7 }}",
    "emoji-code": ":skull: a",
    # what is no UTF-8, or only looks like what we write ourselves
    "raw-byte": b"a\xffb",
    "raw-latin": b"caf\xe9",
    "overlong": b"a\xc0\xafb",
    "surrogate": b"a\xed\xb3\xbfb",
    "cut-sequence": b"a\xe2\x82",
    "beyond-unicode": b"a\xf5\x80\x80\x80b",
    "our-escape": "a\\xffb",
    "our-unicode-escape": "a\\u202egood",
    "two-backslashes": "a\\\\xffb",
    "backslash": "a\\",
    "ellipsis": "a\u2026",
    "b64-object": '{"b64": "YQ==", "text": "a"}',
    "arrow": "a\u2192b",
    "composed": "caf\u00e9",
    "decomposed": "cafe\u0301",
    "wide": "\u5b57" * 30,
    "emoji": "\U0001f468\u200d\U0001f469",
    "long": "x" * 5000,
    "long-wide": "\u5b57" * 3000,
    "blanks": "a      b",
    "letter": "a",
}
PAYLOADS: Final = {name: octets(text) for name, text in _TEXTS.items()}


def in_line(payload: bytes) -> bytes:
    """What of it can stand in one header line."""
    return payload.replace(b"\n", b"").replace(b"\0", b"")


def in_ident(payload: bytes) -> bytes:
    """What of it can stand in a name or address that can still be read."""
    return in_line(payload).replace(b"<", b"(").replace(b">", b")")


def in_path(payload: bytes) -> bytes:
    """What of it can stand in the name of a file in a tree."""
    return payload.replace(b"/", b"").replace(b"\0", b"")[:255]
