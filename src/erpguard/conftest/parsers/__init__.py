"""Files to documents, in formats besides YAML and JSON: what `conftest parse` shows of them.

parsed.py    what a parser gives, and how it says that it cannot
go_texts.py  what Go calls a space, a number and a truth value
go_lines.py  how long a line may be
toml.py  ini.py  dotenv.py  properties.py  jsonc.py  xml.py  ignore.py
dockerfile.py  with dockerfile_instructions.py, dockerfile_checks.py and heredocs.py

Each format has a function `parse` that takes the text of a file. What they do follows the libraries that conftest 0.71
uses (its `parser/` names them); tests/test_conftest_parsers.py compares them with it.
"""
