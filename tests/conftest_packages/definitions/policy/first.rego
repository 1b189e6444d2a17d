package main

import data.lib.names

deny contains msg if {
	not names.is_good(input.name)
	msg := sprintf("the name %q is not good", [input.name])
}

deny contains "no owner" if not input.owner
