package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

// The receive buffer of a paused player.
const pausedReceiveBuffer = 64 * kib

// paused lets many clients read a little of an object at random positions and then stop reading,
// and measures their cost while they pause.
func (w *workplace) paused(s *server, o object, viewers int, seed uint64) (sample, error) {
	liveBefore, err := w.liveHeap(s)
	if err != nil {
		return sample{}, err
	}
	residentBefore, err := residentBytes(s.pids())
	if err != nil {
		return sample{}, err
	}
	positions := scattered(o.length-seekBytes, viewers, seed)
	waiting := make([]*conn, viewers)
	defer func() {
		for _, c := range waiting {
			if c != nil {
				c.close()
			}
		}
	}()
	var held int
	var open int64
	measured, err := w.measure(s, 0, func() (load, error) {
		const doors = 16
		// Not the context of the group: the clients stay when the group has finished.
		err := inParallel(w.ctx, doors, func(ctx context.Context, door int) error {
			for i := door; i < viewers && ctx.Err() == nil; i += doors {
				c, err := dial(w.ctx, s.address, pausedReceiveBuffer, w.sizes.limit)
				if err != nil {
					return err
				}
				waiting[i] = c
				if _, err := c.get(s.path(o), fmt.Sprintf("bytes=%d-", positions[i])); err != nil {
					return fmt.Errorf("client %d: %w", i, err)
				}
				if err := c.discard(pauseBytes); err != nil {
					return fmt.Errorf("client %d: %w", i, err)
				}
			}
			return nil
		})
		if err == nil {
			err = w.sleep(w.sizes.pause)
		}
		if err == nil {
			open, err = w.storeMetric("minio_api_requests_inflight_total")
		}
		held = connectionsTo(s.pids(), w.store.port())
		return load{bytes: int64(viewers) * pauseBytes, requests: int64(viewers)}, err
	})
	if err != nil {
		return sample{}, err
	}
	measured.heldConnections = held
	measured.openAnswers = open
	measured.viewerBytes = float64(measured.resident-residentBefore) / float64(viewers)
	measured.viewerLiveBytes = -1
	if liveBefore >= 0 {
		liveAfter, err := w.liveHeap(s)
		if err != nil {
			return sample{}, err
		}
		measured.viewerLiveBytes = float64(liveAfter-liveBefore) / float64(viewers)
	}
	return measured, nil
}

var heapUsedLine = regexp.MustCompile(`garbage-first heap .* used (\d+)K`)

// liveHeap returns the bytes in a JVM's heap after a full collection; -1 for other servers.
func (w *workplace) liveHeap(s *server) (int64, error) {
	if !s.kind.java() {
		return -1, nil
	}
	jcmd := filepath.Join(w.programs.jdk, "bin", "jcmd")
	pid := strconv.Itoa(s.process.pid())
	ctx, cancel := context.WithTimeout(w.ctx, 30*time.Second)
	defer cancel()
	if output, err := exec.CommandContext(ctx, jcmd, pid, "GC.run").CombinedOutput(); err != nil {
		return 0, fmt.Errorf("jcmd GC.run: %w: %s", err, output)
	}
	output, err := exec.CommandContext(ctx, jcmd, pid, "GC.heap_info").CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("jcmd GC.heap_info: %w: %s", err, output)
	}
	match := heapUsedLine.FindSubmatch(output)
	if match == nil {
		// A collector other than G1, set by -java-options.
		return -1, nil
	}
	used, err := strconv.ParseInt(string(match[1]), 10, 64)
	return used * kib, err
}
