//go:build tools

// Package tools pins regal, the linter of the policies; `go build` takes it from here, checked against go.sum.
package tools

import _ "github.com/open-policy-agent/regal"
