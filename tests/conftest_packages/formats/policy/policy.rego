package main

import rego.v1

deny_document contains msg if msg := sprintf("%s: %s", [input_kind, json.marshal(input)])

input_kind := type_name(input)

deny_root contains {"msg": sprintf("command %d builds as root", [i]), "path": [i]} if {
	some i, command in input
	command.Cmd == "user"
	command.Value[0] == "root"
}

deny_manager contains {"msg": "the database manager is open", "path": ["options", "list_db"]} if input.options.list_db == true

warn_workers contains "no workers" if input.options.workers == 0
