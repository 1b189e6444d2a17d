package main

default deny_never := false

deny_list := ["first", "second"]

deny_text := "not a list"

deny_true if true

deny_chain := ["a"] if {
	input.kind == "Nothing"
} else := ["b"]

warn_map[key] := "value" if some key in ["x", "y"]

denyish contains "no prefix" if true

deny_ contains "no name after it" if true

deny_a_b_2 contains "three parts" if true
