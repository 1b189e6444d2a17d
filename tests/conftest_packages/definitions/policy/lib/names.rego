package lib.names

is_good(name) if regex.match(`^[a-z][a-z0-9-]*$`, name)

deny contains "of a library" if true
