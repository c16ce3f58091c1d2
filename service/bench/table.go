package main

import (
	"fmt"
	"slices"
	"strings"
)

// A table has the measured samples and formats them.
type table struct {
	workplace *workplace
	kinds     []kind
	cases     []benchCase
	// By case and kind.
	samples map[string]map[string][]sample
	errors  map[string]map[string]bool
	missing map[string]bool
	failed  bool
}

func newTable(w *workplace, kinds []kind, groups []group) *table {
	t := &table{
		workplace: w, kinds: kinds,
		samples: map[string]map[string][]sample{}, errors: map[string]map[string]bool{},
		missing: map[string]bool{},
	}
	for _, g := range groups {
		for _, c := range g.cases {
			t.cases = append(t.cases, c)
			t.samples[c.name] = map[string][]sample{}
			t.errors[c.name] = map[string]bool{}
		}
	}
	return t
}

func (t *table) add(c benchCase, k kind, s sample) {
	t.samples[c.name][k.name] = append(t.samples[c.name][k.name], s)
}

func (t *table) fail(c benchCase, k kind) {
	t.failed = true
	t.errors[c.name][k.name] = true
}

func (t *table) hasFailed(c benchCase, k kind) bool { return t.errors[c.name][k.name] }

const nothing = "–"

// String returns the table in Markdown, with the machine and the notes below it.
func (t *table) String() string {
	var text strings.Builder
	text.WriteString("| case | number |")
	for _, k := range t.kinds {
		fmt.Fprintf(&text, " %s |", k.column)
	}
	text.WriteString(" aim |\n|" + strings.Repeat("---|", len(t.kinds)+3) + "\n")
	for _, c := range t.cases {
		title := c.title(t.workplace.sizes)
		for _, r := range c.rows {
			cells := t.cells(c, r)
			if !slices.ContainsFunc(cells, func(cell string) bool { return cell != nothing && cell != "missing" }) {
				continue
			}
			aim := r.aim
			if aim == "" {
				aim = nothing
			}
			fmt.Fprintf(&text, "| %s | %s | %s | %s |\n", title, r.what, strings.Join(cells, " | "), aim)
			// Only the first row of a case has its name.
			title = ""
		}
	}
	text.WriteString("\n" + t.workplace.machine() + "\n")
	for _, note := range t.workplace.notes {
		text.WriteString("\n" + note + "\n")
	}
	return text.String()
}

func (t *table) cells(c benchCase, r row) []string {
	cells := make([]string, len(t.kinds))
	for i, k := range t.kinds {
		cells[i] = t.cell(c, r, k)
		if cells[i] == "" {
			cells[i] = nothing
		}
	}
	return cells
}

func (t *table) cell(c benchCase, r row, k kind) string {
	samples := t.samples[c.name][k.name]
	switch {
	case !c.takes(k):
		return ""
	case t.missing[k.name]:
		return "missing"
	case r.ratio:
		return t.ratio(c, k)
	case t.errors[c.name][k.name]:
		return "failed"
	case len(samples) == 0:
		return ""
	}
	return r.cell(k, samples)
}

// ratio returns the median over runs: run i of both servers took place under the same conditions.
func (t *table) ratio(c benchCase, k kind) string {
	own, empty := t.samples[c.name][k.name], t.samples[c.name][emptyKind]
	if k.name == emptyKind || !k.java() || len(own) == 0 || len(own) != len(empty) {
		return ""
	}
	ratios := make([]float64, len(own))
	for i := range own {
		ratios[i] = own[i].cpu.Seconds() / empty[i].cpu.Seconds()
	}
	slices.Sort(ratios)
	return fmt.Sprintf("%.2f", ratios[(len(ratios)-1)/2])
}
