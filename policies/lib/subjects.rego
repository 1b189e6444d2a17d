# METADATA
# title: Subjects
# description: Whom a list of accepted subjects takes in.
package erpguard.lib.subjects

# METADATA
# scope: document
# description: |
#   Whether a principal (`User:jane`, `Group:developers`, `ServiceAccount:velero/velero`) is on a list. An entry that
#   ends with `*` takes in every principal that begins like it.
is_accepted(principal, accepted) if principal in accepted

is_accepted(principal, accepted) if {
	some entry in accepted
	endswith(entry, "*")
	startswith(principal, trim_suffix(entry, "*"))
}
