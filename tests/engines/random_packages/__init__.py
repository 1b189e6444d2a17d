"""Random packages: are they judged as the real OPA judges them?

terms.py     random expressions
writing.py   random statements, rules and packages
judging.py   a package in OPA and in the embedded engine, and where these differ
"""
