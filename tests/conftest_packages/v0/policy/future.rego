package main

import future.keywords.contains
import future.keywords.if
import future.keywords.in

deny_future contains msg if {
	some number in input.numbers
	number == 2
	msg := "two"
}
