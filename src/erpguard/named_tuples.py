"""`NamedTuple` as `typing` has it, at a tenth of its price: a scan of one small file defines sixty such classes.

`typing.NamedTuple` compiles every annotation and a constructor: 1.5 million instructions for a class of five fields.
Here annotations stay texts, and a constructor is compiled when its class is first called. Type checkers see no
difference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:
    try:
        from _collections import _tuplegetter as _getter
    except ImportError:  # another interpreter than CPython

        def _getter(index, doc):
            return property(lambda self: tuple.__getitem__(self, index), doc=doc)

    def _first(cls, /, *values, **named):
        """Stands for the constructor until the first call."""
        fields = ", ".join(cls._fields)
        # As in `collections.namedtuple`: no other way of taking arguments is as fast. Fields are names of Python.
        made = eval(f"lambda cls, {fields}: create(cls, ({fields},))", {"create": tuple.__new__})
        made.__defaults__ = tuple(cls._field_defaults.values())
        made.__qualname__ = f"{cls.__qualname__}.__new__"
        cls.__new__ = staticmethod(made)
        return made(cls, *values, **named)

    def _make(cls, values):
        """An instance with the values of an iterable, one for each field."""
        made = tuple.__new__(cls, values)
        if len(made) != len(cls._fields):
            raise TypeError(f"{cls.__name__}: {len(made)} values for {len(cls._fields)} fields")
        return made

    def _replace(self, **named):
        """A copy with other values of some fields."""
        made = self._make(map(named.pop, self._fields, self))
        if named:
            raise TypeError(f"{type(self).__name__}: there is no field {', '.join(named)}")
        return made

    def _asdict(self):
        """The values by field."""
        return dict(zip(self._fields, self))  # noqa: B905

    def _repr(self):
        shown = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
        return f"{type(self).__name__}({shown})"

    class _Definition(type):
        """Makes a subclass of `tuple` of the body of a class."""

        def __new__(cls, name, bases, body):
            if not bases:
                return super().__new__(cls, name, bases, body)
            fields = tuple(body["__annotations__"])
            defaults = {field: body.pop(field) for field in fields if field in body}
            getters = {field: _getter(index, "") for index, field in enumerate(fields)}
            own = {"__slots__": (), "_fields": fields, "__match_args__": fields, "_field_defaults": defaults}
            return type(name, (tuple,), {**_METHODS, **getters, **own, **body})

    _METHODS = {
        "__new__": _first,
        "__repr__": _repr,
        "__getnewargs__": lambda self: tuple(self),
        "_make": classmethod(_make),
        "_replace": _replace,
        "_asdict": _asdict,
    }

    class NamedTuple(metaclass=_Definition):
        """The base to write; the classes that come of it are tuples."""
