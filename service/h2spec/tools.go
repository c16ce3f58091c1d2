//go:build tools

// Package tools imports the h2spec command, so that go.mod keeps its dependencies.
package tools

import _ "github.com/summerwind/h2spec/cmd/h2spec"
