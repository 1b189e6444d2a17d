"""Random texts in the formats that conftest reads, near enough to them that most can be read."""

from __future__ import annotations

from random import Random

_INI = [
    *("a", "b", "key", "[s]", "[", "]", "=", ":", " ", "\t", '"', '"""', "`", "'", "\\", "#", ";", "1", "1.5", "true"),
    *("T", "0", "1_0", "0x1p3", "1e5", "1e400", "inf", "NaN", "é", "\u00a0", "\r", "x", "-", "[DEFAULT]", ".", "on"),
]
_DOTENV = [
    *("a", "B_1", "=", ":", " ", "\t", '"', "'", "\\", "#", "$", "${", "}", "$B", "${B}", "\\$B", "\\n", "\\r"),
    *("export ", "é", "\u00a0", "\r", "x.y", "\n", "\\\\", '\\"'),
]
_PROPERTIES = [
    *("a", "b", "=", ":", " ", "\t", "\\", "\\\n", "\\u0041", "\\ud800", "\\u00g", "#", "!", "\f", "\r", "\r\n", "é"),
    *("\u00a0", "\\n", "\\t", "\\:", "${a}", "${b}", "${", "}", "\n"),
]
_DOCKER = [
    *("a", "b c", " ", "\t", '"', "'", "\\", "#", "=", "A=1", 'X="y z"', "--x=1", "[", "]", '["a"]', '["a", "b"]'),
    *("é", "\u00a0", "<<EOF", "<<-E", "$A", "${A}", "${A:-x y}", "`", "80", "AS", ",", "--", "-", "CMD", "NONE", "[1]"),
]
_INSTRUCTIONS = {
    "FROM": ["a", "a AS b", "--platform=$X a", "a as B-1"],
    "COPY": ["a b", "--from=x a b c", '["a","b"]', "--chown=1:1 --link a b", "<<EOF /x\nhello\nEOF"],
    "RUN": ["a && \\\n  b", "<<EOF\nx\nEOF", "<<-'E' cat\n\tx\n\tE", '["a"]', "echo \\\n# c\n\n  x"],
    "ENV": ["a b c", "A=1 B=2", 'A="x y" \\\n B=z'],
    "HEALTHCHECK": ["NONE", "--interval=5s --retries=3 CMD x y", 'CMD ["a","b"]', "--timeout=1us CMD x"],
    "ONBUILD": ["RUN x", "COPY a b", "FROM x", "foo", "ENV A=1"],
    "SHELL": ['["a","b"]', "x"],
    "VOLUME": ["/a /b", '["/a"]'],
    "CMD": ["a b", '["a", "b"]', "[a]", "[1]"],
    "ARG": ["A", "A=1 B", "=x"],
    "ADD": ["a b", "--checksum=sha256:1 a b", "--keep-git-dir=true a b"],
    "EXPOSE": ["80 443/tcp"],
    "USER": ["a"],
    "WORKDIR": ["/a b"],
    "LABEL": ["a=b"],
    "ENTRYPOINT": ["[]", "x"],
    "STOPSIGNAL": ["9"],
    "MAINTAINER": ["x y"],
}
_COMMENTS = ["", "", " // a\n", "/* b */", "# c\n", "\n", "/* it's \" x */", '// "q\n', "/**/", "/***/", " /* // */"]
_PIECES = [
    *("text", " ", "\n  ", "t &amp; u", "<!-- c -->", "<![CDATA[x < y]]>", "<![CDATA[]]>", "<?pi x?>", "\r\n", "é"),
    *(" \u00a0z\u00a0 ", "&quot;&apos;&gt;", "\u200bq\u200b", "]", "\u2028w", "a\rb"),
]


def _some(chance: Random, pieces: list[str], most: int = 4) -> str:
    return "".join(chance.choices(pieces, k=chance.randint(0, most)))


def _lines(chance: Random, lines: list[str]) -> str:
    return "\n".join(lines) + chance.choice(["", "\n"])


def ini(chance: Random) -> str:
    """Sections, keys, comments, and lines of anything."""

    def line() -> str:
        kind = chance.random()
        if kind < 0.25:
            return f"[{_some(chance, _INI, 2)}]{chance.choice(['', ' ', '#c'])}"
        key = chance.choice(["a", "b", " k", "-", '"q k"', "`z`", '"""t"""'])
        pair = f"{key}{chance.choice(['=', ' = ', ':'])}{_some(chance, _INI)}"
        return pair if kind < 0.8 else chance.choice(["#", "; x", "", "  ", _some(chance, _INI)])

    return _lines(chance, [line() for _ in range(chance.randint(0, 5))])


def dotenv(chance: Random) -> str:
    """Names and values with quotes, variables and escapes."""

    def line() -> str:
        if chance.random() < 0.1:
            return chance.choice(["#", " # x", "", "  ", _some(chance, _DOTENV)])
        name = chance.choice(["", "", "export ", "  "]) + chance.choice(["A", "B", "C.d", "a_1"])
        quote = chance.choice(["", '"', "'"])
        end = chance.choice([quote, quote, "", " # c"])
        return f"{name}{chance.choice(['=', ' = ', ': ', '=  '])}{quote}{_some(chance, _DOTENV)}{end}"

    return _lines(chance, [line() for _ in range(chance.randint(0, 3))])


def properties(chance: Random) -> str:
    """Names and values with escapes and references."""

    def line() -> str:
        name = chance.choice(["a", "b", "c d", "é", "a\\ b"])
        pair = f"{name}{chance.choice(['=', ':', ' ', ' = '])}{_some(chance, _PROPERTIES)}"
        return pair if chance.random() < 0.9 else _some(chance, _PROPERTIES)

    return _lines(chance, [line() for _ in range(chance.randint(0, 3))])


def dockerfile(chance: Random) -> str:
    """Instructions as they should be, and some of anything."""

    def line() -> str:
        if chance.random() < 0.15:
            return chance.choice(["# c", "  # d", "#", "", "   ", "# escape=`"])
        name = chance.choice(list(_INSTRUCTIONS))
        if chance.random() < 0.2:
            return f"{name} {_some(chance, _DOCKER)}"
        return f"{chance.choice([name, name.lower()])}{chance.choice([' ', '  ', chr(9)])}" + chance.choice(
            _INSTRUCTIONS[name]
        )

    head = chance.choice(["", "# syntax=docker/dockerfile:1\n", "# escape=`\n", "# c\n", "# Escape = ` \n#x\n"])
    lines = [chance.choice(["FROM a", "ARG X\nFROM a"]), *(line() for _ in range(chance.randint(0, 3)))]
    text = head + _lines(chance, lines)
    return text if chance.random() < 0.9 else text.replace("\n", "\r\n")


def jsonc(chance: Random, depth: int = 0) -> str:
    """JSON with comments everywhere."""

    def comment() -> str:
        return chance.choice(_COMMENTS)

    kind = chance.random()
    if kind > 0.6 or depth > 3:
        return comment() + chance.choice(["1", "true", '"x"', '"http://y"', '"a\\"b"', "1.5", '"#"', "-1e2"])
    inner = [f"{comment()}{jsonc(chance, depth + 1)}{comment()}" for _ in range(chance.randint(0, 3))]
    if kind < 0.4:
        keys = ['"a"', '"b/*c*/"', '"d e"', '"f\\\\"']
        return "{" + ",".join(f"{comment()}{chance.choice(keys)}:{one}" for one in inner) + "}"
    return f"[{','.join(inner)}]"


def xml(chance: Random, depth: int = 0) -> str:
    """Well-formed elements with attributes and pieces of text."""
    name = chance.choice(["a", "b", "x:c", "d-e", "é", "a.b"])
    keys = {chance.choice(["p", "q", "x:p", "xmlns", "xmlns:x"]) for _ in range(chance.randint(0, 2))}
    values = ["1", "", "é &amp; &lt;", " a\n b", "&#65;&#x1F600;", "\t", "&#133;\t"]
    tag = name + "".join(f' {key}="{chance.choice(values)}"' for key in sorted(keys))
    parts = [
        xml(chance, depth + 1) if chance.random() < 0.4 and depth < 4 else chance.choice(_PIECES)
        for _ in range(chance.randint(0, 4))
    ]
    head = chance.choice(["", '<?xml version="1.0"?>\n', "<!-- x -->", "<!DOCTYPE a>"]) if depth == 0 else ""
    return f"{head}<{tag}/>" if chance.random() < 0.2 else f"{head}<{tag}>{''.join(parts)}</{name}>"


def ignore(chance: Random) -> str:
    """Entries; none that ends with a backslash, on which conftest fails (`slice bounds out of range`)."""
    pieces = ["a", "/", "*", "\\", " ", "#", "!", "é", "\t", "\r", "\\\\", "\\ "]
    lines = [_some(chance, pieces, 5) for _ in range(chance.randint(0, 5))]
    return "\n".join(line for line in lines if not line.endswith("\\"))
