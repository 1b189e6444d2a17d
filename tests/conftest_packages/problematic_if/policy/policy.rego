package main

deny[msg] if {
	msg := "an object, unwillingly"
}
