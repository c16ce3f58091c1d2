package main

import "time"

const (
	kib = 1 << 10
	mib = 1 << 20
	gib = 1 << 30

	// The length of a gRPC message of rangestream and of the empty handlers.
	chunkBytes = 256 * kib
	// Bytes that a client reads after a seek, and before a pause.
	seekBytes  = 256 * kib
	pauseBytes = 4 * kib
)

// The amount of work. Everything is bounded: by these counts, and each run by its time limit.
type sizes struct {
	runs     int
	filmMiB  int64
	clipMiB  int64
	cacheMiB int64
	heapMiB  int64

	// How often a cached film is read in one run, so that the resolution of the clock does not matter.
	streams     int
	ranges1MiB  int
	ranges64KiB int
	connections int
	burst       int
	seeks       int
	viewers     int

	// Long enough for a JVM to compile the code that a case runs: at the start, and for each case in
	// cache.
	warmUp     time.Duration
	warmUpCase time.Duration
	// How long the work of a server after its clients left counts as their cost.
	settle time.Duration
	pause  time.Duration
	limit  time.Duration
}

var fullSizes = sizes{
	runs:     3,
	filmMiB:  1024,
	clipMiB:  64,
	cacheMiB: 2560,
	heapMiB:  6144,

	streams:     4,
	ranges1MiB:  2048,
	ranges64KiB: 8192,
	connections: 8,
	burst:       50,
	seeks:       300,
	viewers:     1000,

	warmUp:     75 * time.Second,
	warmUpCase: 8 * time.Second,
	settle:     1500 * time.Millisecond,
	pause:      3 * time.Second,
	limit:      3 * time.Minute,
}

var quickSizes = sizes{
	runs:     1,
	filmMiB:  64,
	clipMiB:  8,
	cacheMiB: 160,
	heapMiB:  1024,

	streams:     1,
	ranges1MiB:  48,
	ranges64KiB: 256,
	connections: 8,
	burst:       8,
	seeks:       16,
	viewers:     50,

	warmUp:     300 * time.Millisecond,
	warmUpCase: 300 * time.Millisecond,
	settle:     300 * time.Millisecond,
	pause:      500 * time.Millisecond,
	limit:      20 * time.Second,
}

func (s sizes) filmBytes() int64 { return s.filmMiB * mib }
func (s sizes) clipBytes() int64 { return s.clipMiB * mib }
