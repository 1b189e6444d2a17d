package main

deny contains "not a" if not startswith(input.name, "a")
