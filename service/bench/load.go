package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// whole reads an object from its first byte to its last, the given number of times on one
// connection.
func (w *workplace) whole(s *server, o object, times int) (load, error) {
	c, err := dial(w.ctx, s.address, 0, w.sizes.limit)
	if err != nil {
		return load{}, err
	}
	defer c.close()
	for range times {
		if err := c.getWhole(s.path(o), o.length); err != nil {
			return load{}, err
		}
	}
	return load{bytes: o.length * int64(times), requests: int64(times)}, nil
}

func (c *conn) getWhole(path string, length int64) error {
	got, err := c.get(path, "")
	if err != nil {
		return err
	}
	if got.contentLength != length {
		return fmt.Errorf("GET %s: length %d instead of %d", path, got.contentLength, length)
	}
	return c.discard(length)
}

// ranges reads ranges of one length at random positions, on several connections at once.
func (w *workplace) ranges(s *server, o object, length int64, count int, seed uint64) (load, error) {
	var taken atomic.Int64
	err := inParallel(w.ctx, w.sizes.connections, func(ctx context.Context, worker int) error {
		c, err := dial(ctx, s.address, 0, w.sizes.limit)
		if err != nil {
			return err
		}
		defer c.close()
		random := rand.New(rand.NewPCG(seed, uint64(worker)))
		for taken.Add(1) <= int64(count) {
			first := random.Int64N(o.length - length + 1)
			got, err := c.get(s.path(o), fmt.Sprintf("bytes=%d-%d", first, first+length-1))
			if err != nil {
				return err
			}
			if got.contentLength != length {
				return fmt.Errorf("a range of %d bytes has %d", length, got.contentLength)
			}
			if err := c.discard(length); err != nil {
				return err
			}
		}
		return nil
	})
	return load{bytes: length * int64(count), requests: int64(count)}, err
}

// burst reads one object with many clients that begin at the same moment.
func (w *workplace) burst(s *server, o object, clients int) (load, error) {
	var connected sync.WaitGroup
	connected.Add(clients)
	err := inParallel(w.ctx, clients, func(ctx context.Context, _ int) error {
		c, err := dial(ctx, s.address, 0, w.sizes.limit)
		connected.Done()
		if err != nil {
			return err
		}
		defer c.close()
		connected.Wait()
		return c.getWhole(s.path(o), o.length)
	})
	return load{bytes: o.length * int64(clients), requests: int64(clients)}, err
}

// seeks reads at random positions of an object, as a player does: each time a new connection and an
// open-ended range, of which a little is read.
func (w *workplace) seeks(s *server, o object, count int, seed uint64) (load, error) {
	firstBytes := make([]time.Duration, 0, count)
	var one [1]byte
	for _, first := range scattered(o.length-seekBytes, count, seed) {
		began := time.Now()
		c, err := dial(w.ctx, s.address, 0, w.sizes.limit)
		if err != nil {
			return load{}, err
		}
		_, err = c.get(s.path(o), fmt.Sprintf("bytes=%d-", first))
		if err == nil {
			err = c.read(one[:])
			firstBytes = append(firstBytes, time.Since(began))
		}
		if err == nil {
			err = c.discard(seekBytes - 1)
		}
		c.close()
		if err != nil {
			return load{}, err
		}
	}
	slices.Sort(firstBytes)
	return load{
		bytes: int64(count) * seekBytes, requests: int64(count), firstByte: firstBytes[count/2],
	}, nil
}

// scattered returns random positions in random order, one in each of as many equal parts, so that
// no position is warm because of another.
func scattered(length int64, count int, seed uint64) []int64 {
	random := rand.New(rand.NewPCG(seed, 1))
	part := length / int64(count)
	positions := make([]int64, count)
	for i, at := range random.Perm(count) {
		positions[i] = int64(at)*part + random.Int64N(part)
	}
	return positions
}

// check compares some ranges with the true bytes of the object. A server that sends others is not
// measured.
func (w *workplace) check(s *server, o object, seed uint64, count int) error {
	c, err := dial(w.ctx, s.address, 0, w.sizes.limit)
	if err != nil {
		return err
	}
	defer c.close()
	random := rand.New(rand.NewPCG(seed, 2))
	got, wanted := make([]byte, 100*kib), make([]byte, 100*kib)
	for range count {
		first := random.Int64N(o.length - int64(len(got)))
		if _, err := c.get(s.path(o), fmt.Sprintf("bytes=%d-%d", first, first+int64(len(got))-1)); err != nil {
			return err
		}
		if err := c.read(got); err != nil {
			return err
		}
		_, _ = o.ReadAt(wanted, first)
		if s.kind.name != emptyKind && !bytes.Equal(got, wanted) {
			return fmt.Errorf("%s serves wrong bytes at %d", s.kind.name, first)
		}
	}
	return nil
}

// inParallel runs n functions at once and returns the first error, which cancels the others.
func inParallel(ctx context.Context, workers int, work func(context.Context, int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var all sync.WaitGroup
	for worker := range workers {
		all.Add(1)
		go func() {
			defer all.Done()
			if err := work(ctx, worker); err != nil {
				cancel(err)
			}
		}()
	}
	all.Wait()
	return context.Cause(ctx)
}
