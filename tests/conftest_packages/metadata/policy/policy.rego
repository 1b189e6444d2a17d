package main

# METADATA
# title: Not more than we know
# custom:
#   id: CIS 1.2
#   severity: ERROR
deny contains "an id with a space" if input.a

# METADATA
# custom:
#   id: A-1
#   severity: info
warn contains "an id" if input.a

# METADATA
# custom:
#   id: A-1
violation contains "the same id" if input.a
