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

// A workplace has the folder, the programs, the store and the started processes of one benchmark.
type workplace struct {
	ctx         context.Context
	sizes       sizes
	javaOptions []string
	// Whether a JVM touches its whole heap at the start, like one that has run for a day.
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

// The programs found on this machine; empty if missing.
type programs struct {
	nginx, varnish, jdk string
}

func findPrograms() programs {
	find := func(name string) string {
		path, err := exec.LookPath(name)
		if err != nil {
			// Debian installs servers here, which is not on the PATH of every user.
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
	// The run script starts the program in the folder of the benchmark.
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

// close ends all started processes, the latest first, and deletes the folder.
func (w *workplace) close() {
	for i := len(w.processes) - 1; i >= 0; i-- {
		w.processes[i].stop()
	}
	_ = os.RemoveAll(w.dir)
}

func (w *workplace) inService(parts ...string) string {
	return filepath.Join(append([]string{w.service}, parts...)...)
}

// say writes progress to standard error; standard output has only the table.
func (w *workplace) say(format string, values ...any) {
	fmt.Fprintf(os.Stderr, "[bench %4.0f s] %s\n", time.Since(w.began).Seconds(), fmt.Sprintf(format, values...))
}

// note says a text and adds it below the table.
func (w *workplace) note(format string, values ...any) {
	text := strings.ReplaceAll(fmt.Sprintf(format, values...), w.dir, "…")
	w.say("%s", text)
	w.notes = append(w.notes, text)
}

// noteOnce adds a note that is the same in each run only once.
func (w *workplace) noteOnce(format string, values ...any) {
	if text := fmt.Sprintf(format, values...); !slices.Contains(w.notes, text) {
		w.note("%s", text)
	}
}
