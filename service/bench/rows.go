package main

import (
	"fmt"
	"time"
)

// A row of the table: one number of a case, by server.
type row struct {
	what string
	aim  string
	// The text of a cell; empty if the number does not apply.
	cell func(kind, []sample) string
	// Whether the cell compares the server with the empty handler; it needs the samples of both.
	ratio bool
}

// number formats a median.
func number(format string, property func(sample) float64) func(kind, []sample) string {
	return func(_ kind, samples []sample) string {
		return fmt.Sprintf(format, median(samples, property))
	}
}

func cpuAndRate(_ kind, samples []sample) string {
	return fmt.Sprintf("%.2f (%.0f MiB/s)", median(samples, cpuPerGiB), median(samples, rate))
}

// fromStore leaves the cells of servers without a store empty.
func fromStore(cell func(kind, []sample) string) func(kind, []sample) string {
	return func(k kind, samples []sample) string {
		if k.name == minioKind || k.name == emptyKind || k.name == nettyKind {
			return ""
		}
		return cell(k, samples)
	}
}

func storeRow(aim string) row {
	return row{what: "store bytes per client byte (requests)", aim: aim,
		cell: fromStore(func(_ kind, samples []sample) string {
			return fmt.Sprintf("%.2f (%.0f)", median(samples, storeShare), median(samples, storeAsked))
		})}
}

func residentRow() row {
	return row{what: "RSS, MiB", cell: number("%.0f", residentMiB)}
}

func ratioRow(aim string) row {
	return row{what: "CPU relative to the empty handler", aim: aim, ratio: true}
}

func streamRows(aim string) []row {
	return []row{
		{what: "CPU-s/GiB (rate)", aim: aim, cell: cpuAndRate},
		ratioRow(""), storeRow(""), residentRow(),
	}
}

func transportRows(aim string) []row {
	return []row{
		{what: "CPU-s/GiB (rate)", cell: cpuAndRate},
		ratioRow(aim), storeRow(""), residentRow(),
	}
}

func requestRows(aim string) []row {
	return []row{
		{what: "µs of CPU per request (rate)", aim: aim, cell: func(_ kind, samples []sample) string {
			micros := median(samples, cpuPerRequest) * float64(time.Second/time.Microsecond)
			return fmt.Sprintf("%.0f (%.0f MiB/s)", micros, median(samples, rate))
		}},
		ratioRow(""), storeRow(""), residentRow(),
	}
}

func burstRows() []row {
	return []row{
		{what: "CPU-s/GiB (rate)", aim: "0.30", cell: cpuAndRate},
		{what: "store bytes per object length (requests)", aim: "1.0",
			cell: func(_ kind, samples []sample) string {
				objects := func(s sample) float64 { return storeShare(s) * float64(s.requests) }
				return fmt.Sprintf("%.2f (%.0f)", median(samples, objects), median(samples, storeAsked))
			}},
		residentRow(),
	}
}

func seekRows() []row {
	wasted := func(s sample) float64 { return float64(s.wasted) / float64(s.bytes) }
	const millis = float64(time.Second / time.Millisecond)
	return []row{
		{what: "store bytes per client byte (requests)", aim: "4.0",
			cell: func(_ kind, samples []sample) string {
				return fmt.Sprintf("%.2f (%.0f)", median(samples, storeShare), median(samples, storeAsked))
			}},
		{what: "of them fetched, not passed to a socket", aim: "0.5",
			cell: func(_ kind, samples []sample) string {
				if samples[0].wasted < 0 {
					return ""
				}
				return fmt.Sprintf("%.2f", median(samples, wasted))
			}},
		{what: "first byte, median ms; CPU ms per seek", aim: "2.4; 1.3",
			cell: func(_ kind, samples []sample) string {
				firstByte := func(s sample) float64 { return s.firstByte.Seconds() }
				return fmt.Sprintf("%.1f; %.1f", median(samples, firstByte)*millis, median(samples, cpuPerRequest)*millis)
			}},
		residentRow(),
	}
}

func pausedRows() []row {
	return []row{
		{what: "KiB of RSS each, after a full cache", aim: "40",
			cell: number("%.0f", func(s sample) float64 { return s.viewerBytes / kib })},
		{what: "KiB of live Java heap each", cell: func(k kind, samples []sample) string {
			if !k.java() || samples[0].viewerLiveBytes < 0 {
				return ""
			}
			return fmt.Sprintf("%.0f", median(samples, func(s sample) float64 { return s.viewerLiveBytes / kib }))
		}},
		{what: "store responses in progress (connections, including idle ones)", aim: "0",
			cell: fromStore(func(_ kind, samples []sample) string {
				return fmt.Sprintf("%.0f (%.0f)", median(samples, func(s sample) float64 { return float64(s.openAnswers) }),
					median(samples, func(s sample) float64 { return float64(s.heldConnections) }))
			})},
		{what: "bytes from the store, MiB (CPU-s)", cell: fromStore(func(_ kind, samples []sample) string {
			return fmt.Sprintf("%.0f (%.1f)", median(samples, func(s sample) float64 { return float64(s.storeBytes) / mib }),
				median(samples, func(s sample) float64 { return s.cpu.Seconds() }))
		})},
		residentRow(),
	}
}
