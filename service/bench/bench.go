package main

import "time"

// measureAll runs the cases of all groups on all installed kinds of servers.
func (w *workplace) measureAll(kinds []kind, groups []group) (*table, error) {
	t := newTable(w, kinds, groups)
	var present []kind
	for _, k := range kinds {
		if bring := k.missing(w); bring != "" {
			t.missing[k.name] = true
			w.note("%s is missing: `%s` installs it.", k.column, bring)
			continue
		}
		present = append(present, k)
	}
	if err := w.upload(); err != nil {
		return nil, err
	}
	for _, g := range groups {
		if g.together {
			w.takeTurns(g, present, t)
		} else {
			w.oneByOne(g, present, t)
		}
		if err := w.ctx.Err(); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (w *workplace) upload() error {
	w.say("uploading %d films of %s, %d clips of %s", films, bytesText(w.sizes.filmBytes()), clips, bytesText(w.sizes.clipBytes()))
	for i := range films {
		if err := w.store.put(w.ctx, w.sizes.film(i)); err != nil {
			return err
		}
	}
	for i := range clips {
		if err := w.store.put(w.ctx, w.sizes.clip(i)); err != nil {
			return err
		}
	}
	return nil
}

// needs reports whether any case of the group applies to this kind and has not failed with it.
func (t *table) needs(g group, k kind) bool {
	for _, c := range g.cases {
		if c.takes(k) && !t.hasFailed(c, k) {
			return true
		}
	}
	return false
}

// ready launches a server and prepares it. It notes a failure and returns nil.
func (w *workplace) ready(g group, k kind, t *table) *server {
	w.say("%s: start and warm-up", k.column)
	s, err := w.launch(k)
	if err == nil {
		if err = g.prepare(w, s); err == nil {
			return s
		}
		w.stop(s)
	}
	if w.ctx.Err() == nil {
		w.note("%s failed to start or to warm up: %v", k.column, err)
		for _, c := range g.cases {
			t.fail(c, k)
		}
	}
	return nil
}

// takeTurns starts all servers and runs each case on them in turn.
func (w *workplace) takeTurns(g group, kinds []kind, t *table) {
	var servers []*server
	defer func() {
		for _, s := range servers {
			w.stop(s)
		}
	}()
	for _, k := range kinds {
		if t.needs(g, k) && w.ctx.Err() == nil {
			if s := w.ready(g, k, t); s != nil {
				servers = append(servers, s)
			}
		}
	}
	for _, c := range g.cases {
		for _, s := range servers {
			w.warmUpFor(c, s, t)
		}
		for run := 1; run <= w.sizes.runs; run++ {
			for _, s := range servers {
				w.runOnce(c, s, run, t, true)
			}
		}
	}
}

// warmUpFor runs a case without counting it: a JVM compiles again for a load that it has not had
// recently, and is measured after that.
func (w *workplace) warmUpFor(c benchCase, s *server, t *table) {
	w.runOnce(c, s, 0, t, false)
	end := time.Now().Add(w.sizes.warmUpCase)
	for s.kind.java() && w.ctx.Err() == nil && time.Now().Before(end) {
		w.runOnce(c, s, 0, t, false)
	}
}

// oneByOne starts a new process for each run of each server. The heap of a JVM is touched before:
// otherwise the growth of RSS and the page faults would depend on how much of the heap had been
// used before.
func (w *workplace) oneByOne(g group, kinds []kind, t *table) {
	w.touchHeap = true
	defer func() { w.touchHeap = false }()
	for run := 1; run <= w.sizes.runs; run++ {
		for _, k := range kinds {
			if !t.needs(g, k) || w.ctx.Err() != nil {
				continue
			}
			s := w.ready(g, k, t)
			if s == nil {
				continue
			}
			for _, c := range g.cases {
				w.runOnce(c, s, run, t, true)
			}
			w.stop(s)
		}
	}
}

// runOnce runs a case once, and enters it into the table if it counts. It skips a server that has
// failed in the case.
func (w *workplace) runOnce(c benchCase, s *server, run int, t *table, counts bool) {
	if !c.takes(s.kind) || t.hasFailed(c, s.kind) || w.ctx.Err() != nil {
		return
	}
	measured, err := c.run(w, s, run)
	if err != nil {
		if w.ctx.Err() == nil {
			w.note("%s failed in `%s`: %v", s.kind.column, c.name, err)
			t.fail(c, s.kind)
		}
		return
	}
	if counts {
		w.say("%s, run %d: %s: %.2f CPU-s, %.2f s, %.0f MiB", c.name, run, s.kind.column,
			measured.cpu.Seconds(), measured.wall.Seconds(), float64(measured.bytes)/mib)
		t.add(c, s.kind, measured)
	}
}
