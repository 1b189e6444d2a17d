# METADATA
# title: Findings
# description: How a policy says what it objects to.
package erpguard.lib.finding

# METADATA
# description: |
#   An objection to the node at `path` below `subject`: a resource, or a row of a view. `values` fill the policy's
#   message. More can be added with object.union: `key` (which of several findings at one path), `severity`,
#   `related` (list of {resource, path, message}), `evidence` (list of {resource path} that it rests on alone),
#   `absent` (types whose absence it rests on, instead of the policy's `absence_of`), `doubt` (what is not known, so
#   that the objection itself is in doubt), and `at` ({resource, path, line}) where the deciding value stands in
#   another object.
at(subject, path, values) := {
	"resource": subject.resource,
	"row": subject.key,
	"path": array.concat(subject.path, path),
	"values": values,
}
