package main

deny_root contains "runs as root" if input.user == 0

deny_latest contains "latest" if endswith(input.image, ":latest")

warn_old contains "old" if input.age > 10

violation contains "always" if true

exception contains rules if {
	input.team == "platform"
	rules := ["root", "old"]
}

exception contains rules if {
	input.team == "everything"
	rules := ["", "latest", "root"]
}

exception contains {"latest"} if input.team == "sets"

exception contains {"a": "latest", "b": "old"} if input.team == "objects"
