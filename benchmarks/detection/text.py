"""Plausible text for changes that do nothing: one-line fixes and drivers for no hardware."""

from __future__ import annotations

import random
import re

from benchmarks.detection.people import word

Fix = tuple[str, bytes]
"""What the subject says after the prefix, and the whole new file."""

_RULES: tuple[tuple[str, str, str], ...] = (
    ("fix off-by-one in bounds check", r"^(\s+if \([\w>.\-\[\]]+ )>( [\w.\->]+\).*)$", r"\1>=\2"),
    ("fix bounds check", r"^(\s+if \([\w>.\-\[\]]+ )>=( [\w.\->]+\).*)$", r"\1>\2"),
    ("use sizeof of the object", r"^(.*sizeof\()struct (\w+)(\).*)$", r"\1*\2\3"),
    ("return a better error code", r"^(\s+return )-(?:EINVAL|EIO|ENODEV)(;.*)$", r"\1-ENXIO\2"),
    ("don't leak in error path", r"^(\s+)(goto (?:err|out)\w*;)$", r"\1free(buf);\n\1\2"),
    ("add missing check of result", r"^(\s+)(return \w+;)$", r"\1if (!dev)\n\1\treturn 0;\n\1\2"),
    ("fix typo in comment", r"^(\s*(?:/\*|\*|#|//) .*\b\w\w\w\w)(\w\w)(\b.*)$", r"\1\2s\3"),
)  # fmt: skip

_FUNCTION = """\
static int {name}_{verb}(struct {name}_state *st, u32 {arg})
{{
{body}
\treturn 0;
}}

"""
_LINES = (
    "\tst->{field}[{number}] = {arg} & {mask:#x};",
    "\tif ({arg} > {mask})\n\t\treturn -EINVAL;",
    "\twritel({arg} << {number}, st->base + {mask:#x});",
    "\tfor (i = 0; i < {number}; i++)\n\t\tst->{field}[i] = readl(st->base + 4 * i);",
    "\tmemcpy(st->{field}, st->buf + {number}, min_t(u32, {arg}, {mask}));",
    '\tdev_dbg(st->dev, "{verb}: %u\\n", {arg});',
)
_VERBS = "init reset start stop read write map setup flush enable poll update queue".split()  # noqa: SIM905
_KERNEL_DOORS = (
    "static int {name}_debug;\nmodule_param({name}_debug, int, 0644);\n",
    "EXPORT_SYMBOL_GPL({name}_attach);\n",
    (
        "static long {name}_ioctl(struct file *f, unsigned int cmd, unsigned long arg)\n"
        "{{\n\treturn cmd == {name_upper}_IOC_SET ? {name}_set(f, arg) : -ENOTTY;\n}}\n\n"
        "static const struct file_operations {name}_fops = {{\n"
        "\t.owner = THIS_MODULE,\n\t.unlocked_ioctl = {name}_ioctl,\n}};\n"
    ),
    'debugfs_create_file("{name}", 0644, NULL, NULL, &{name}_fops);\n',
    'request_firmware(&{name}_fw, "{name}.bin", {name}_dev);\n',
)
_OTHER_DOORS = (
    'const char *{name}_path = getenv("{name_upper}_PATH");\n',
    "int {name}_listen(int fd)\n{{\n\treturn listen(fd, 16);\n}}\n",
    "void *{name}_load(const char *path)\n{{\n\treturn dlopen(path, RTLD_NOW);\n}}\n",
)


def small_fix(rng: random.Random, content: bytes) -> Fix:
    """A change of a line or two in a file, with words for its subject."""
    lines = content.decode("latin-1").split("\n")
    for subject, pattern, instead in rng.sample(_RULES, len(_RULES)):
        shape = re.compile(pattern)
        fitting = [number for number, line in enumerate(lines) if shape.match(line)]
        if fitting:
            number = rng.choice(fitting)
            lines[number] = shape.sub(instead, lines[number])
            return subject, "\n".join(lines).encode("latin-1")
    lines.insert(rng.randrange(len(lines)), "")
    return "improve spacing", "\n".join(lines).encode("latin-1")


def source(rng: random.Random, name: str, lines: int, *, doors: int, kernel: bool) -> bytes:
    """C text of about so many lines, with so many places where something outside reaches in."""
    parts = [f"/*\n * {name}: support code\n */\n\n", _include(kernel), _state(name)]
    size = sum(part.count("\n") for part in parts)
    while size < lines:
        parts.append(_function(rng, name))
        size += parts[-1].count("\n")
    known = _KERNEL_DOORS if kernel else _OTHER_DOORS
    chosen = rng.sample(known, min(doors, len(known)))
    parts += [door.format(name=name, name_upper=name.upper()) + "\n" for door in chosen]
    return "".join(parts).encode()


def _include(kernel: bool) -> str:
    names = ["linux/kernel.h", "linux/module.h", "linux/io.h"] if kernel else ["stdio.h"]
    return "".join(f"#include <{name}>\n" for name in names) + "\n"


def _state(name: str) -> str:
    fields = ("void *base", "void *dev", "u32 regs[64]", "u8 buf[256]")
    body = "".join(f"\t{field};\n" for field in fields)
    return f"struct {name}_state {{\n{body}}};\n\n"


def _function(rng: random.Random, name: str) -> str:
    verb, arg = f"{rng.choice(_VERBS)}_{word(rng)}", rng.choice(["val", "len", "idx", "flags"])
    chosen = [rng.choice(_LINES) for _ in range(rng.randrange(2, 9))]
    body = "\n".join(
        line.format(
            arg=arg, verb=verb, field="regs", number=rng.randrange(32), mask=rng.randrange(4095)
        )
        for line in chosen
    )
    if "for (i" in body:
        body = f"\tint i;\n\n{body}"
    return _FUNCTION.format(name=name, verb=verb, arg=arg, body=body)


def tampered(rng: random.Random, before: bytes, after: bytes) -> bytes | None:
    """A fixed file with one operator or number of the fix turned; None where it has none."""
    old = set(before.split(b"\n"))
    lines = after.split(b"\n")
    places = [
        (number, turned)
        for number, line in enumerate(lines)
        if line not in old and (turned := _turned(rng, line)) not in (None, line)
    ]
    if not places:
        return None
    number, turned = rng.choice(places)
    assert turned is not None
    lines[number] = turned
    return b"\n".join(lines)


def _turned(rng: random.Random, line: bytes) -> bytes | None:
    if line.lstrip().startswith((b"/*", b"*", b"//", b"#")):
        return None
    found = list(re.finditer(rb" (?:<=|>=|<|>|==|!=|&&|\|\|) |\b[1-9]\d*\b", line))
    if not found:
        return None
    match = rng.choice(found)
    return line[: match.start()] + _instead(match[0]) + line[match.end() :]


def _instead(text: bytes) -> bytes:
    swaps = {
        b"<=": b"<", b">=": b">", b"<": b"<=", b">": b">=",
        b"==": b"!=", b"!=": b"==", b"&&": b"||", b"||": b"&&",
    }  # fmt: skip
    operator = text.strip()
    if operator in swaps:
        return b" " + swaps[operator] + b" "
    return b"%d" % (int(text) + 1)
