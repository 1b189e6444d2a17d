"""Random statements, rules, packages and documents."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from tests.engines.random_packages.terms import BUILTINS, KEYS, Scope, Terms

FILES = ("q.rego", "p2.rego", "p.rego")
"""The modules of a package: what is first is not seen by what comes later."""


class Rule(NamedTuple):
    """All definitions of a rule, or of a function with so many parameters, in a module.

    asked  the name under which `data` has its value; empty for functions
    """

    name: str
    text: str
    file: str
    arity: int = 0
    asked: str = ""

    @property
    def stub(self) -> Rule:
        """One in its place that is always fine."""
        parameters = ["x", "y"][: self.arity]
        head = f"{self.name}({', '.join(parameters)})" if parameters else self.name
        value = f"[{', '.join(parameters)}]" if parameters else "input.stub"
        asked = "" if parameters else f"data.{self.file[0]}.{self.name}"
        return self._replace(text=f"{head} := {value}\n\n", asked=asked)


def modules(rules: list[Rule]) -> dict[str, str]:
    """The texts of the modules of some rules."""
    texts: dict[str, str] = {}
    for file in FILES:
        own = [rule.text for rule in rules if rule.file == file]
        imports = "import data.q\n\n" if file != "q.rego" and "q.rego" in texts else ""
        if own:
            texts[file] = f"package {file[0]}\n\n{imports}{''.join(own)}"
    return texts


def package(random: Random, size: int = 9) -> list[Rule]:
    """Rules and functions that use those before them, in up to three modules of two packages."""
    writer = _Writer(random)
    imported, second = random.choice([0, 0, 2, 3]), random.choice([0, 4])
    made: list[Rule] = []
    for number in range(size):
        file = "q.rego" if number < imported else "p2.rego" if number < second else "p.rego"
        if number == imported:
            writer.leave_package()
        made.append(writer.rule(number, file))
    return made


def document(random: Random) -> dict[str, Any]:
    """An input."""
    choices: list[Any] = [None, True, False, 0, 1, 2, 3, -1, 0.5, 1.5, -2.25, 10, "a", "b", "", "é", "x\ny", "xs", "1"]

    def value(depth: int) -> Any:
        kind = random.random()
        if depth == 0 or kind < 0.4:
            return random.choice(choices)
        if kind < 0.7:
            return [value(depth - 1) for _ in range(random.randint(0, 3))]
        return {random.choice(KEYS): value(depth - 1) for _ in range(random.randint(0, 3))}

    usual: dict[str, Callable[[], Any]] = {
        "xs": lambda: [value(1) for _ in range(random.randint(0, 4))],
        "ys": lambda: [{key: value(0) for key in KEYS if random.random() < 0.4} for _ in range(random.randint(0, 4))],
        "o": lambda: {key: value(1) for key in KEYS if random.random() < 0.5},
        "n": lambda: random.choice([0, 1, 2, 3, -1, 0.5]),
        "s": lambda: random.choice(["a", "b", "xs"]),
    }
    found = {key: value(2) for key in KEYS if random.random() < 0.8}
    return found | {key: make() for key, make in usual.items() if random.random() < 0.7}


class _Writer(Terms):
    def __init__(self, random: Random) -> None:
        super().__init__(random)
        self._package = "q"

    def leave_package(self) -> None:
        """What is written from now on is in the package p, and knows what there is by longer names."""
        self._package = "p"
        self.rules = {f"{self.random.choice(['q', 'data.q'])}.{name}": kind for name, kind in self.rules.items()}
        self.functions = {f"data.q.{name}": arity for name, arity in self.functions.items()}

    def statements(self, scope: Scope, number: int) -> list[str]:
        """See `Terms.statements`."""
        made: list[str] = []
        while len(made) < number:
            inner = dict(scope)
            statement = self._statement(inner)
            if not statement.startswith("-"):  # both take that for a subtraction
                scope.update(inner)
                made.append(statement)
        return made

    def _statement(self, scope: Scope) -> str:
        found: str = self.pick(
            (3, lambda: self.comparison(scope)),
            (2, lambda: self.reference(scope)[0]),
            (1, lambda: self.call(scope)[0]),
            (3, lambda: self._assignment(scope, [":="])),
            (1, lambda: self._assignment(scope, ["="])),
            (2, lambda: self._destructuring(scope)),
            (4, lambda: self._some_in(scope)),
            (1.5, lambda: self._some(scope)),
            (1.5, lambda: self._membership(scope)),
            (1, lambda: self._every(scope)),
            (2.5, lambda: self._negation(scope)),
            (1.5, lambda: self._with(scope)),
            (0.7, lambda: self._walk(scope)),
            (0.7, lambda: self._output(scope)),
        )
        return found

    def _output(self, scope: Scope) -> str:
        """A call with an argument for its value."""
        text = self.call(scope)[0]
        name = self.fresh()
        made = f"{text[:-1]}, {self.pick((3, lambda: name), (1, self.scalar))})"
        if made.endswith(f" {name})"):
            scope[name] = "any"
        return made

    def _assignment(self, scope: Scope, operators: list[str]) -> str:
        text, kind = self.term(scope)
        name = self.fresh()
        scope[name] = kind
        operator = self.random.choice(operators)
        return f"{text} = {name}" if operator == "=" and self.random.random() < 0.5 else f"{name} {operator} {text}"

    def _destructuring(self, scope: Scope) -> str:
        new: Scope = {}
        is_assigned = self.random.random() < 0.5
        pattern = self._pattern(scope, new, is_assigned)
        value = self.pick(
            (3, lambda: self.reference(scope)[0]),
            (1, lambda: f"[{', '.join(self.text(scope) for _ in range(pattern.count(',') + 1))}]"),
        )
        if pattern.count("[") + pattern.count("{") > 1 or pattern[0] == "{":
            value = self.reference(scope)[0]
        scope.update(new)
        if is_assigned:
            return f"{pattern} := {value}"
        return f"{pattern} = {value}" if self.random.random() < 0.6 else f"{value} = {pattern}"

    def _pattern(self, scope: Scope, new: Scope, is_assigned: bool, depth: int = 0) -> str:
        if depth == 0 or (depth < 2 and self.random.random() < 0.3):
            if self.random.random() < 0.6:
                inner = [self._pattern(scope, new, is_assigned, depth + 1) for _ in range(self.random.randint(1, 3))]
                return f"[{', '.join(inner)}]"
            keys = self.random.sample(KEYS, self.random.randint(1, 2))
            fields = [f'"{key}": {self._pattern(scope, new, is_assigned, depth + 1)}' for key in keys]
            return f"{{{', '.join(fields)}}}"
        kind = self.random.random()
        if kind < 0.6 or (is_assigned and kind < 0.8):
            name = self.fresh()
            new[name] = "any"
            return name
        return "_" if is_assigned or kind < 0.8 else self.text(scope)

    def _collection(self, scope: Scope) -> str:
        found: str = self.pick(
            (5, lambda: self.random.choice(["input.xs", "input.ys", "input.o", "input"])),
            (2, lambda: self.reference(scope)[0]),
            (1, lambda: self.text(scope)),
            (2, lambda: self.collection(scope)[0]),
            (1.5 if self.rules else 0, lambda: self.random.choice(list(self.rules))),
        )
        return found

    def _some_in(self, scope: Scope) -> str:
        collection, key, value = self._collection(scope), self.fresh(), self.fresh()
        kind = self.random.random()
        if kind > 0.9:
            new: Scope = {}
            pattern = self._pattern(scope, new, False)
            scope.update(new)
            return f"some {pattern} in {collection}"
        scope[value] = "any"
        if kind < 0.55:
            return f"some {value} in {collection}"
        if kind < 0.8:
            scope[key] = "any"
            return f"some {key}, {value} in {collection}"
        return f"some {'_' if kind < 0.85 else self.scalar()}, {value} in {collection}"

    def _some(self, scope: Scope) -> str:
        before, index, value = dict(scope), self.fresh(), self.fresh()
        scope[index] = "any"
        base = self.random.choice(["input.xs", "input.ys", "input.o", "data.d.xs", "input"])
        reference = f"{base}[{index}]{self.random.choice(['', '', '.a', '.b'])}"
        if self.random.random() < 0.4:
            scope[value] = "any"
            reference = f"{value} := {reference}"
        elif self.random.random() < 0.5:
            reference += f" == {self.text(before)}"
        return f"some {index}{self.random.choice(['; ', chr(10) + chr(9)])}{reference}"

    def _membership(self, scope: Scope) -> str:
        key = f"{self.text(scope)}, " if self.random.random() < 0.2 else ""
        return f"{key}{self.text(scope)} in {self._collection(scope)}"

    def _every(self, scope: Scope) -> str:
        inner, key, value = dict(scope), self.fresh(), self.fresh()
        collection = self._collection(scope)
        inner[value] = "any"
        tests = [f"{value} {self.random.choice(['==', '!=', '<', '>='])} {self.scalar()}"]
        if self.random.random() < 0.3:
            inner[key] = "any"
            tests.append(f"{key} != {self.text(inner)}")
        names = f"{key}, {value}" if key in inner else value
        more = self.statements(inner, 1) if self.random.random() < 0.4 else []
        return f"every {names} in {collection} {{ {'; '.join([*more, *tests])} }}"

    def _negation(self, scope: Scope) -> str:
        def write() -> str:
            found: str = self.pick(
                (3, lambda: self.text(scope)),
                (3, lambda: self.comparison(scope)),
                (2, lambda: self.call(scope)[0]),
                (2, lambda: self.reference(scope)[0]),
                (1, lambda: f"{self.text(scope)} in {self._collection(scope)}"),
                (1, lambda: f"{self.reference(scope)[0]} = {self.text(scope)}"),
                (1, lambda: f"({self.comparison(scope)})"),
            )
            return found

        found = self.negated(write)
        while found in ("not true", "not (true)"):  # OPA 1.22 leaves out `not` there
            found = self.negated(write)
        return found

    def _with(self, scope: Scope) -> str:
        before = dict(scope)
        statement: str = self.pick(
            (3, lambda: self._assignment(scope, [":=", "="])),
            (3, lambda: self.comparison(scope)),
            (2, lambda: self._negation(scope)),
            (2, lambda: self.call(scope)[0]),
            (2, lambda: self.reference(scope)[0]),
            (2 if self.rules else 0, lambda: self.random.choice(list(self.rules))),
        )
        return statement + "".join(self._modifier(before) for _ in range(self.random.choice([1, 1, 1, 2])))

    def _modifier(self, scope: Scope) -> str:
        choose = self.random.choice
        target: str = self.pick(
            (4, lambda: f"input.{choose(KEYS)}"),
            (2, lambda: "input"),
            (1, lambda: f"data.d.{choose(KEYS)}"),
            (0.5, lambda: "data.d"),
            (1 if self.rules else 0, lambda: self._absolute(choose(list(self.rules)))),
            (1 if self.functions else 0, lambda: choose(list(self.functions))),
            (0.5, lambda: choose(BUILTINS)),
        )
        value = self.text(scope)
        if target in BUILTINS:
            value = self.scalar()
        elif target in self.functions and self.random.random() < 0.5:
            value = choose([name for name, arity in self.functions.items() if arity == self.functions[target]])
        elif target == "input" and self.random.random() < 0.7:
            fields = [f'"{key}": {self.text(scope)}' for key in self.random.sample(KEYS, 2)]
            value = f"{{{', '.join(fields)}}}"
        return f" with {target} as {value}"

    def _absolute(self, rule: str) -> str:
        if rule.startswith("data."):
            return rule
        return f"data.{rule}" if rule.startswith("q.") else f"data.{self._package}.{rule}"

    def _walk(self, scope: Scope) -> str:
        collection, path, value = self._collection(scope), self.fresh(), self.fresh()
        scope[path] = "any"
        kind = self.random.random()
        if kind < 0.15:
            return f"[{path}, {self.scalar()}] = walk({collection})"
        scope[value] = "any"
        if kind < 0.3:
            return f'walk({collection}, [{path}, {{"{self.random.choice(KEYS)}": {value}}}])'
        if kind < 0.65:
            return f"walk({collection}, [{path}, {value}])"
        return f"[{path}, {value}] := walk({collection})"

    def rule(self, number: int, file: str) -> Rule:
        """A rule or function with all its definitions."""
        write: Callable[[str], tuple[str, str]] = self.random.choice(
            [
                self._complete,
                self._complete,
                self._tested,
                self._set,
                self._set,
                self._set,
                self._object,
                self._parts,
                self._else,
            ]
        )
        if self.random.random() < 0.2:
            name, arity = f"f{number}", self.random.choice([1, 1, 2])
            text = self._function(name, arity)
            self.functions[name] = arity
            return Rule(name, text, file, arity)
        name, path = f"r{number}", f"data.{file[0]}"
        text, kind = write(name)
        self.rules[name] = kind
        if kind != "rules":
            return Rule(name, text, file, asked=f"{path}.{name}")
        # the engine is not asked for such a rule itself
        self.rules[f"o{name}"] = kind
        return Rule(name, f"{text}o{name} := {name}\n\n", file, asked=f"{path}.o{name}")

    def _body(self, scope: Scope) -> str:
        made = self.statements(scope, self.random.randint(1, 4))
        if len(made) == 1 and self.random.random() < 0.25 and not set("\n;#") & set(made[0]):
            return f"if {made[0]}"
        if self.random.random() < 0.1:
            return f"if {{ {'; '.join(made)} }}"
        return "if {\n" + "".join(f"\t{one}{self.random.choice([''] * 30 + [' # x'])}\n" for one in made) + "}"

    def _complete(self, name: str) -> tuple[str, str]:
        text, kinds = "", []
        if self.random.random() < 0.3:
            text = f"default {name} := {self.random.choice(['0', 'false', '[]', '{}', 'null', '[1, 2]'])}\n\n"
            kinds.append("any")
        for _ in range(self.random.choice([1, 1, 2])):
            scope: Scope = {}
            body = self._body(scope) if self.random.random() < 0.88 else ""
            value, kind = self.term(scope)
            kinds.append(kind)
            text += f"{name} := {value} {body}\n\n"
        return text, _kind(kinds)

    def _tested(self, name: str) -> tuple[str, str]:
        """Also with two bodies of one head."""
        value = self.scalar() if self.random.random() < 0.2 else ""
        text = ""
        for _ in range(self.random.choice([1, 2])):
            body = self._body({})
            more = f" {{\n\t{self.statements({}, 1)[0]}\n}}" if body[-1] == "}" and self.random.random() < 0.15 else ""
            text += f"{name}{' := ' + value if value else ''} {body}{more}\n\n"
        return text, "any" if value else "boolean"

    def _else(self, name: str) -> tuple[str, str]:
        text, kinds = name, []
        for number in range(self.random.randint(2, 3)):
            scope: Scope = {}
            body = self._body(scope)
            value, kind = self.term(scope)
            kinds.append(kind)
            text += f"{' else' if number else ''} := {value} {body}"
        if self.random.random() < 0.4:
            value, kind = self.term({})
            kinds.append(kind)
            text += f" else := {value}"
        return f"{text}\n\n", _kind(kinds)

    def _set(self, name: str) -> tuple[str, str]:
        text = ""
        for _ in range(self.random.choice([1, 1, 2])):
            scope: Scope = {}
            body = self._body(scope)
            text += f"{name} contains {self.text(scope)} {body}\n\n"
        return text, "set"

    def _object(self, name: str) -> tuple[str, str]:
        text = ""
        for _ in range(self.random.choice([1, 1, 2])):
            scope: Scope = {}
            body = self._body(scope)
            text += f"{name}[{self._key(scope)}] := {self.text(scope)} {body}\n\n"
        return text, "rules"

    def _key(self, scope: Scope) -> str:
        return self.random.choice(list(scope)) if scope and self.random.random() < 0.6 else self.reference(scope)[0]

    def _parts(self, name: str) -> tuple[str, str]:
        shape, is_fixed, is_set = self.random.randint(0, 5), self.random.random() < 0.25, self.random.random() < 0.5
        text = ""
        for _ in range(self.random.choice([1, 2, 2])):
            scope: Scope = {}
            body = self._body(scope)
            keys = [f'"{self.random.choice(KEYS)}"' if is_fixed else self._key(scope) for _ in range(2)]
            letter, (one, two) = self.random.choice("bc"), keys
            heads = [f".{letter}", f".a[{one}]", f"[{one}].b", f"[{one}][{two}]", f".a.{letter}", f"[{one}]"]
            value = f" contains {self.text(scope)}" if is_set and shape not in (0, 4) else f" := {self.text(scope)}"
            text += f"{name}{heads[shape]}{value} {body}\n\n"
        return text, "rules"

    def _function(self, name: str, arity: int) -> str:
        text = f"default {name}({', '.join('_' * arity)}) := 0\n\n" if self.random.random() < 0.15 else ""
        for _ in range(self.random.choice([1, 1, 2, 3])):
            scope: Scope = {}
            head = f"{name}({', '.join(self._parameter(scope) for _ in range(arity))})"
            parameters = dict(scope)
            body = self._body(scope) if self.random.random() < 0.7 else ""
            text += f"{head} {body}" if body and self.random.random() < 0.25 else f"{head} := {self.text(scope)} {body}"
            while body and self.random.random() < 0.25:
                inner = dict(parameters)
                body = self._body(inner) if self.random.random() < 0.6 else ""
                text += f" else := {self.text(inner)} {body}"
            text += "\n\n"
        return text

    def _parameter(self, scope: Scope) -> str:
        kind = self.random.random()
        if kind < 0.8:
            name = self.fresh()
            scope[name] = "any"
            return name
        if kind < 0.85:
            return "_"
        if kind < 0.92:
            return self.scalar() if kind < 0.9 else f'{{"{self.random.choice(KEYS)}": {self._parameter(scope)}}}'
        return f"[{self._parameter(scope)}, _]"


def _kind(kinds: list[str]) -> str:
    if len(set(kinds)) == 1:
        return kinds[0]
    return "any" if "any" in kinds else "mixed"
