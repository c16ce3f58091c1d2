package main

import (
	"fmt"
	"slices"
	"time"
)

// A sample is the result and the cost of one run of a case.
type sample struct {
	// CPU of the server alone.
	cpu  time.Duration
	wall time.Duration
	// Bytes that clients read, without heads.
	bytes    int64
	requests int64
	// Bytes that the store sent meanwhile; 0 if the store itself is measured.
	storeBytes    int64
	storeRequests int64
	// At the end.
	resident int64

	// Only in some cases:
	firstByte       time.Duration
	wasted          int64
	viewerBytes     float64
	viewerLiveBytes float64
	heldConnections int
	openAnswers     int64
}

// A load is the work that the clients of a case did.
type load struct {
	bytes     int64
	requests  int64
	firstByte time.Duration
}

// The counters that are read before and after a run.
type counters struct {
	at            time.Time
	cpu           time.Duration
	storeBytes    int64
	storeRequests int64
	wasted        int64
}

func (w *workplace) count(s *server) (counters, error) {
	requests, err := w.storeMetric("minio_api_requests_total")
	if err != nil {
		return counters{}, err
	}
	wasted := -1.0
	if s.kind.name == rangestreamKind || s.kind.name == loggingKind {
		wasted, err = metric(w.ctx, "http://"+s.address+"/observe/metrics", "rangestream_unsent_bytes")
		if err != nil {
			return counters{}, fmt.Errorf("rangestream's metrics: %w", err)
		}
	}
	sent, err := w.store.sentBytes()
	if err != nil {
		return counters{}, err
	}
	cpu, err := cpuTime(s.pids())
	return counters{time.Now(), cpu, sent, requests, int64(wasted)}, err
}

// storeMetric reads one of MinIO's request counters, which MinIO omits while it is 0.
func (w *workplace) storeMetric(name string) (int64, error) {
	value, err := metric(w.ctx, "http://"+w.store.address+"/minio/metrics/v3/api/requests", name)
	if err != nil {
		return 0, fmt.Errorf("the store's metrics: %w", err)
	}
	return max(int64(value), 0), nil
}

// measure reads the counters, runs a load and reads them again. Work that the server does for a
// while after its clients left counts as its cost, but not in the rate.
func (w *workplace) measure(s *server, settle time.Duration, run func() (load, error)) (sample, error) {
	before, err := w.count(s)
	if err != nil {
		return sample{}, err
	}
	// If the server is rangestream, reading the counters costs CPU of the server too.
	if before.cpu, err = cpuTime(s.pids()); err != nil {
		return sample{}, err
	}
	before.at = time.Now()
	done, err := run()
	wall := time.Since(before.at)
	if err != nil {
		return sample{}, err
	}
	if err := w.sleep(settle); err != nil {
		return sample{}, err
	}
	cpu, err := cpuTime(s.pids())
	if err != nil {
		return sample{}, err
	}
	after, err := w.count(s)
	if err != nil {
		return sample{}, err
	}
	resident, err := residentBytes(s.pids())
	measured := sample{
		cpu: cpu - before.cpu, wall: wall, bytes: done.bytes, requests: done.requests,
		storeBytes: after.storeBytes - before.storeBytes, storeRequests: after.storeRequests - before.storeRequests,
		resident: resident, firstByte: done.firstByte, wasted: -1,
	}
	if before.wasted >= 0 && after.wasted >= 0 {
		measured.wasted = after.wasted - before.wasted
	}
	return measured, err
}

// sleep waits for the duration, or until the benchmark is cancelled.
func (w *workplace) sleep(duration time.Duration) error {
	select {
	case <-w.ctx.Done():
		return w.ctx.Err()
	case <-time.After(duration):
		return nil
	}
}

// median returns the median of a property of some runs; for an even number of runs the lower middle
// one, because it was measured.
func median(samples []sample, property func(sample) float64) float64 {
	values := make([]float64, len(samples))
	for i, one := range samples {
		values[i] = property(one)
	}
	slices.Sort(values)
	return values[(len(values)-1)/2]
}

func cpuPerGiB(s sample) float64     { return s.cpu.Seconds() * gib / float64(s.bytes) }
func rate(s sample) float64          { return float64(s.bytes) / mib / s.wall.Seconds() }
func storeShare(s sample) float64    { return float64(s.storeBytes) / float64(s.bytes) }
func storeAsked(s sample) float64    { return float64(s.storeRequests) }
func residentMiB(s sample) float64   { return float64(s.resident) / mib }
func cpuPerRequest(s sample) float64 { return s.cpu.Seconds() / float64(s.requests) }
