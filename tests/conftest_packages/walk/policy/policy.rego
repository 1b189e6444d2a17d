package main

deny contains "a secret" if {
	[_, value] := walk(input) # , not an argument
	value == "secret"
}
