"""Random expressions, in which most things have a type that OPA's compiler does not object to."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

Scope = dict[str, str]
"""The variables that have a value, with their types."""
Term = tuple[str, str]
"""A text and its type: `any`, `number`, `string`, `boolean`, `null`, `array`, `object`, `set`, or `mixed`."""

KEYS = ["a", "b", "c", "d", "xs", "ys", "o", "n", "s"]
_LITERALS = {
    "number": ["0", "1", "2", "3", "-1", "0.5", "1.5", "-2.25", "10", "1.0", "2.50", "1e2"],
    "string": [
        *('"a"', '"b"', '"c"', '""', '"é"', '"x\\ny"', "`a`", '"xs"', "`x\\ny`", '"\\u0061"'),
        *('"日😀"', '"\\ud83d\\ude00"', '`"b"`', '"\\t\\"{}"', "`[#`"),
    ],
    "boolean": ["true", "false"],
    "null": ["null"],
}
_ONE: dict[str, Term] = {
    "count": ("collection", "number"),
    "abs": ("number", "number"),
    "to_number": ("any", "number"),
    "upper": ("string", "string"),
    "type_name": ("", "string"),
} | {f"is_{kind}": ("", "boolean") for kind in ("string", "number", "object", "array", "set", "null", "boolean")}
_TWO = {
    "startswith": ("string", "string", "boolean"),
    "contains": ("string", "string", "boolean"),
    "array.concat": ("array", "array", "array"),
    "object.union": ("object", "object", "object"),
    "concat": ("string", "array", "string"),
}
BUILTINS = sorted(_ONE)


class Terms:
    """Writes expressions; `rules` and `functions` are those that may be used, with types and numbers of parameters."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.rules: dict[str, str] = {}
        self.functions: dict[str, int] = {}
        self._variables = 0
        self._depth = 0
        self._negations = 0

    def pick(self, *weighted: tuple[float, Callable[[], Any]]) -> Any:
        """One of some, by their weights."""
        return self.random.choices([one for _, one in weighted], [weight for weight, _ in weighted])[0]()

    def fresh(self) -> str:
        """A variable that is not there yet."""
        self._variables += 1
        return f"v{self._variables}"

    def space(self) -> str:
        """Between the parts of something in brackets."""
        return self.random.choices([" ", "\n\t\t", "\n\n\t\t", " # c } ]\n\t\t"], [95, 3, 1, 1])[0]

    def text(self, scope: Scope) -> str:
        """An expression of any type."""
        return self.term(scope)[0]

    def term(self, scope: Scope) -> Term:
        """An expression."""
        self._depth += 1
        deeper = {1: 1.0, 2: 0.6, 3: 0.6}.get(self._depth, 0)
        try:
            found: Term = self.pick(
                (
                    4,
                    lambda: self.literal(
                        self.random.choice(["number", "string", "number", "string", "boolean", "null"])
                    ),
                ),
                (8, lambda: self.reference(scope)),
                (5 if scope else 0, lambda: self.random.choice(list(scope.items()))),
                (2.5 * deeper, lambda: self.call(scope)),
                (1.5 * deeper, lambda: self._arithmetic(scope)),
                (1.5 * deeper, lambda: self.collection(scope)),
                (deeper, lambda: self._comprehension(scope)),
                (0.5 * deeper, lambda: (f"({self.comparison(scope)})", "boolean")),
                (0.5 * deeper, lambda: (f"({self.text(scope)} in {self.text(scope)})", "boolean")),
            )
        finally:
            self._depth -= 1
        return found

    def literal(self, kind: str) -> Term:
        """A number, string, boolean, or null."""
        return self.random.choice(_LITERALS[kind]), kind

    def scalar(self) -> str:
        """Any literal."""
        return self.literal(self.random.choice(list(_LITERALS)))[0]

    def typed(self, scope: Scope, kind: str) -> str:
        """An expression that may have a type."""
        for _ in range(4):
            text, found = self.term(scope)
            if kind in ("", found) or found == "any" or (kind == "collection" and found in ("array", "object", "set")):
                return text
        if kind in _LITERALS:
            return self.literal(kind)[0]
        return self.collection(scope, kind)[0] if kind in ("array", "object", "set") else self.reference({})[0]

    def reference(self, scope: Scope) -> Term:
        """A reference into the input, the data, a variable, or a rule, which often leads nowhere."""
        found = [name for name, kind in scope.items() if kind == "any"]
        base = self.pick(
            (8, lambda: "input"),
            (1.5, lambda: "data.d"),
            (4 if found else 0, lambda: self.random.choice(found)),
            (3 if self.rules else 0, lambda: self.random.choice(list(self.rules))),
            (0.5 if 0 < self._depth < 3 else 0, lambda: self.collection(scope)[0]),
            (0.5 if self.functions and 0 < self._depth < 3 else 0, lambda: self.call(scope)[0]),
        )
        kind = self.rules.get(base, "any")
        if kind not in ("any", "set", "rules"):
            return base, kind
        is_root = base in ("input", "data.d")
        steps = self.random.choice([1, 1, 1, 2, 2, 3] if is_root else [0, 0, 1, 1, 2])
        for number in range(steps):
            is_member = kind == "set" and number == 0
            base += f"[{self.text(scope)}]" if is_member else self._step(scope, is_root and number == 0)
        return base, kind if kind == "set" and not steps else "any"

    def _step(self, scope: Scope, is_first: bool) -> str:
        choose = self.random.choice
        found: str = self.pick(
            (6, lambda: "." + choose([*KEYS, "missing"])),
            (1, lambda: f'["{choose(KEYS)}"]'),
            (0 if is_first else 1, lambda: choose(["[0]", "[1]"])),
            (2 if scope else 0, lambda: f"[{choose(list(scope))}]"),
            (0.7, lambda: f"[{self.text(scope)}]"),
            (0 if self._negations else 0.7, lambda: "[_]"),
        )
        return found

    def call(self, scope: Scope) -> Term:
        """A call of a function of the package, or of a builtin that has a value for all of its type."""

        def own() -> Term:
            name, arity = self.random.choice(list(self.functions.items()))
            return f"{name}({', '.join(self._any(scope) for _ in range(arity))})", "any"

        def one() -> Term:
            name, (parameter, kind) = self.random.choice(list(_ONE.items()))
            return f"{name}({self.typed(scope, parameter)})", kind

        def two() -> Term:
            name, (left, right, kind) = self.random.choice(list(_TWO.items()))
            return f"{name}({self.typed(scope, left)}, {self.typed(scope, right)})", kind

        found: Term = self.pick((6 if self.functions else 0, own), (4, one), (1.5, two))
        return found

    def _any(self, scope: Scope) -> str:
        return self.reference(scope)[0] if self.random.random() < 0.6 else self.text(scope)

    def _arithmetic(self, scope: Scope) -> Term:
        if self.random.random() < 0.07:
            return f"-{self.reference(scope)[0]}", "number"
        operator = self.random.choice("+-*+-/%|&-")
        kind = "set" if operator in "|&" or (operator == "-" and self.random.random() < 0.4) else "number"
        text = f"{self.typed(scope, kind)} {operator} {self.typed(scope, kind)}"
        # without brackets `{a | b}` is a comprehension
        return f"({text})" if operator == "|" or self.random.random() < 0.8 else text, kind

    def collection(self, scope: Scope, kind: str = "") -> Term:
        """An array, object or set of up to three."""
        number = self.random.randint(0, 3)
        kind = kind or self.random.choice(["array", "array", "object", "object", "set"])
        items = [self.text(scope) for _ in range(number)]
        if kind == "array":
            return f"[{self._joined(items)}]", kind
        if kind == "set":
            return f"{{{self._joined(items)}}}" if items else "set()", kind
        keys = [
            f'"{key}"' if self.random.random() < 0.8 else self.reference(scope)[0]
            for key in self.random.sample(KEYS, number)
        ]
        if number and self.random.random() < 0.08:  # the last one counts
            keys[-1] = keys[0]
        return f"{{{self._joined([f'{key}: {item}' for key, item in zip(keys, items, strict=True)])}}}", kind

    def _joined(self, items: list[str]) -> str:
        return "".join(f",{self.space()}{item}" if number else item for number, item in enumerate(items))

    def comparison(self, scope: Scope) -> str:
        """A comparison. Objects and sets have another order in the embedded engine: of two, one is a scalar."""
        operator = self.random.choice(["==", "==", "!=", "<", "<=", ">", ">="])
        left, kind = self.term(scope)
        if operator[0] in "<>":
            right = self.literal(self.random.choice(["number", "string"]))[0]
        else:
            right = self.text(scope) if kind == "any" or operator == "!=" else self.reference(scope)[0]
        if self.random.random() < 0.3:
            left, right = right, left
        return f"{left} {operator} {right}"

    def negated(self, write: Callable[[], str]) -> str:
        """What is written in a negation: without `_`."""
        self._negations += 1
        try:
            return f"not {write()}"
        finally:
            self._negations -= 1

    def _comprehension(self, scope: Scope) -> Term:
        kind = self.random.choice(["array", "set", "object", "object"])
        inner, before, self._negations = dict(scope), self._negations, 0
        body = "; ".join(self.statements(inner, self.random.randint(1, 2)))
        terms = [self.text(inner) for _ in range(2 if kind == "object" else 1)]
        self._negations = before
        opening, closing = "[]" if kind == "array" else "{}"
        return f"{opening}{': '.join(terms)} |{self.space()}{body}{closing}", kind

    def statements(self, scope: Scope, number: int) -> list[str]:
        """Statements, that give values to variables of the scope."""
        raise NotImplementedError
