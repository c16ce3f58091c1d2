package main

import (
	"context"
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

//go:embed conf/*.tmpl
var templates embed.FS

// Where a bench takes place: its folder, its programs, its store, and all that it has started.
type workplace struct {
	ctx         context.Context
	sizes       sizes
	javaOptions []string
	// Whether a JVM has all of its heap touched at its start, as one has that has run for a day.
	touchHeap bool

	dir       string
	service   string
	programs  programs
	store     *store
	processes []*process

	withoutKeys map[string]bool
	notes       []string
	began       time.Time
}

// What was found on this machine; empty where it was not.
type programs struct {
	nginx, varnish, jdk string
}

func findPrograms() programs {
	find := func(name string) string {
		path, err := exec.LookPath(name)
		if err != nil {
			// Where Debian puts servers, which is not on everybody's PATH.
			path, err = exec.LookPath(filepath.Join("/usr/sbin", name))
		}
		if err != nil {
			return ""
		}
		return path
	}
	return programs{nginx: find("nginx"), varnish: find("varnishd"), jdk: findJDK()}
}

func newWorkplace(ctx context.Context, sizes sizes, javaOptions []string) (*workplace, error) {
	// The run script starts us in our own folder.
	bench, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "rangestream-bench-")
	if err != nil {
		return nil, err
	}
	w := &workplace{
		ctx: ctx, sizes: sizes, javaOptions: javaOptions, dir: dir, service: filepath.Dir(bench),
		programs: findPrograms(), withoutKeys: map[string]bool{}, began: time.Now(),
	}
	if w.store, err = w.startStore(); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// close ends all that was started, the latest first, and leaves nothing behind.
func (w *workplace) close() {
	for i := len(w.processes) - 1; i >= 0; i-- {
		w.processes[i].stop()
	}
	_ = os.RemoveAll(w.dir)
}

func (w *workplace) inService(parts ...string) string {
	return filepath.Join(append([]string{w.service}, parts...)...)
}

// say tells who waits; the table alone goes to standard output.
func (w *workplace) say(format string, values ...any) {
	fmt.Fprintf(os.Stderr, "[bench %4.0f s] %s\n", time.Since(w.began).Seconds(), fmt.Sprintf(format, values...))
}

// note is said, and stands below the table too.
func (w *workplace) note(format string, values ...any) {
	text := strings.ReplaceAll(fmt.Sprintf(format, values...), w.dir, "…")
	w.say("%s", text)
	w.notes = append(w.notes, text)
}

// noteOnce notes what is the same in each run.
func (w *workplace) noteOnce(format string, values ...any) {
	if text := fmt.Sprintf(format, values...); !slices.Contains(w.notes, text) {
		w.note("%s", text)
	}
}
