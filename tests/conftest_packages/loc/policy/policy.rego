package main

deny contains {"msg": "here", "_loc": {"file": "a.yaml", "line": 3}} if true

deny contains {"msg": "elsewhere", "_loc": {"file": "b.tf", "line": 3}} if true

deny contains {"msg": "no number", "_loc": {"line": "x"}} if true
