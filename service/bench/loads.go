package main

import "time"

// runWarm and the following functions are the loads of the cases, on their objects.
func runWarm(w *workplace, s *server, _ int) (sample, error) {
	return w.measure(s, 0, func() (load, error) {
		return w.whole(s, w.sizes.film(cachedFilm), w.sizes.streams)
	})
}

func runH2c(w *workplace, s *server, _ int) (sample, error) {
	return w.measure(s, 0, func() (load, error) {
		return w.h2c(s, w.sizes.film(cachedFilm), w.sizes.streams)
	})
}

func runGrpc(w *workplace, s *server, _ int) (sample, error) {
	return w.measure(s, 0, func() (load, error) {
		return w.grpc(s, w.sizes.film(cachedFilm), w.sizes.streams)
	})
}

func runRanges1MiB(w *workplace, s *server, run int) (sample, error) {
	return w.measure(s, 0, func() (load, error) {
		return w.ranges(s, w.sizes.film(cachedFilm), mib, w.sizes.ranges1MiB, uint64(run))
	})
}

func runRanges64KiB(w *workplace, s *server, run int) (sample, error) {
	return w.measure(s, 0, func() (load, error) {
		return w.ranges(s, w.sizes.film(cachedFilm), 64*kib, w.sizes.ranges64KiB, uint64(run))
	})
}

func runCold(w *workplace, s *server, _ int) (sample, error) {
	return w.measure(s, w.sizes.settle, func() (load, error) {
		return w.whole(s, w.sizes.film(coldFilm), 1)
	})
}

func runBurst(w *workplace, s *server, _ int) (sample, error) {
	return w.measure(s, w.sizes.settle, func() (load, error) {
		return w.burst(s, w.sizes.clip(coldClip), w.sizes.burst)
	})
}

func runSeeks(w *workplace, s *server, run int) (sample, error) {
	return w.measure(s, w.sizes.settle, func() (load, error) {
		return w.seeks(s, w.sizes.film(soughtFilm), w.sizes.seeks, uint64(run))
	})
}

func runPaused(w *workplace, s *server, run int) (sample, error) {
	o := w.sizes.film(coldFilm)
	if s.kind.name == sliceKind {
		o = w.sizes.clip(coldClip)
		w.noteOnce("The paused clients of the %s read an object of %s: for each client the server opens all slices up "+
			"to the end of the object, and a film has more slices than this machine's limit of open files.", s.kind.column, bytesText(o.length))
	}
	return w.paused(s, o, w.sizes.viewers, uint64(run))
}

// warmUp reads the first film into the server's cache, and lets a JVM compile the code of the
// cases: whole reads, short ranges, seeks, and many at once.
func (w *workplace) warmUp(s *server) error {
	film := w.sizes.film(cachedFilm)
	end := time.Now().Add(w.sizes.warmUp)
	if !s.kind.http {
		return w.until(end, func(int) error {
			_, err := w.grpc(s, film, 1)
			return err
		})
	}
	if err := w.check(s, film, 1, 8); err != nil {
		return err
	}
	if !s.kind.java() {
		// Twice: a cache may store only the second.
		_, err := w.whole(s, film, 2)
		return err
	}
	return w.until(end, func(round int) error {
		_, err := w.whole(s, film, 1)
		if err == nil {
			_, err = w.ranges(s, film, 64*kib, w.sizes.ranges64KiB/8, uint64(round))
		}
		if err == nil {
			_, err = w.ranges(s, film, mib, w.sizes.ranges1MiB/16, uint64(round))
		}
		if err == nil && s.kind.name != emptyKind {
			err = w.warmUpFromStore(s, round)
		}
		return err
	})
}

// warmUpFromStore lets a JVM compile the code that reads from the store too, which takes thousands
// of requests: short ranges of a film, most of them not cached, some seeks, and a clip read by many
// clients at once. The empty handler has only one object.
func (w *workplace) warmUpFromStore(s *server, round int) error {
	film := w.sizes.film(fillingFilm)
	if _, err := w.ranges(s, film, 4*kib, w.sizes.ranges64KiB/4, uint64(round)); err != nil {
		return err
	}
	if _, err := w.seeks(s, film, w.sizes.seeks/2, uint64(round)); err != nil {
		return err
	}
	clip := w.sizes.clip(firstWarmUpClip + round%(clips-firstWarmUpClip))
	_, err := w.burst(s, clip, w.sizes.burst/4)
	return err
}

// until repeats a function for a time, at least once.
func (w *workplace) until(end time.Time, round func(int) error) error {
	for i := 0; ; i++ {
		if err := round(i); err != nil {
			return err
		}
		if time.Now().After(end) {
			return nil
		}
	}
}

// warmUpAndFill fills the cache with other objects too. A server that has run for a day has touched
// all the memory of its cache, and each new block replaces another.
func (w *workplace) warmUpAndFill(s *server) error {
	if err := w.warmUp(s); err != nil {
		return err
	}
	for film := fillingFilm; film < films; film++ {
		if _, err := w.whole(s, w.sizes.film(film), 1); err != nil {
			return err
		}
	}
	return nil
}
