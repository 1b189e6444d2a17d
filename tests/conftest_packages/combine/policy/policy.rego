package main

deny contains msg if {
	some i, j
	i < j
	input[i].contents.metadata.name == input[j].contents.metadata.name
	msg := {"msg": sprintf("%s and %s have one name", [input[i].path, input[j].path]), "path": [j, "contents", "metadata", "name"]}
}

warn contains sprintf("%d documents", [count(input)]) if true

violation contains {"msg": "no owner", "file": document.path} if {
	some document in input
	not document.contents.owner
}
