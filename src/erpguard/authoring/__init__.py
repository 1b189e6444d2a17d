"""The tools of people who write policies: `new` makes one, `test` runs its tests and examples, `check` reads it.

Rego of others is compiled and judged in a child process only, and nothing here prints.
"""
