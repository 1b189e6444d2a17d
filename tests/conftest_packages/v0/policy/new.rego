package main

import rego.v1

deny_new contains "new syntax" if input.name == "a"
