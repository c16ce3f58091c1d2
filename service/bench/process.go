package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// A process that the benchmark starts and ends.
type process struct {
	ctx     context.Context
	name    string
	cmd     *exec.Cmd
	log     string
	ended   chan struct{}
	stopped bool
}

// How to start a process.
type command struct {
	name string
	argv []string
	env  []string
	dir  string
	// The file of its standard output; if empty, its log, together with standard error.
	stdout string
}

// start starts the process in a new process group, so that Ctrl-C reaches only the benchmark, which
// then ends the processes in order.
func (w *workplace) start(c command) (*process, error) {
	p := &process{
		ctx:   w.ctx,
		name:  c.name,
		cmd:   exec.Command(c.argv[0], c.argv[1:]...),
		log:   filepath.Join(w.dir, fmt.Sprintf("%s-%d.log", c.name, len(w.processes))),
		ended: make(chan struct{}),
	}
	p.cmd.Dir = c.dir
	p.cmd.Env = append(os.Environ(), c.env...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	log, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	p.cmd.Stderr = log
	p.cmd.Stdout = log
	if c.stdout != "" {
		out, err := os.OpenFile(c.stdout, os.O_WRONLY|os.O_CREATE, 0o644)
		if err != nil {
			return nil, err
		}
		defer out.Close()
		p.cmd.Stdout = out
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s does not start: %w", c.name, err)
	}
	go func() {
		_ = p.cmd.Wait()
		close(p.ended)
	}()
	w.processes = append(w.processes, p)
	return p, nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

func (p *process) isAlive() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// stop ends the process and its descendants: first by a signal to stop, then by force.
func (p *process) stop() {
	if p.stopped {
		// Its number may already belong to another process.
		return
	}
	p.stopped = true
	if p.isAlive() {
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-p.ended:
		case <-time.After(10 * time.Second):
		}
	}
	// The group contains only the child and its descendants.
	_ = syscall.Kill(-p.pid(), syscall.SIGKILL)
	<-p.ended
}

// lastWords returns the end of the log, for a message about an early exit.
func (p *process) lastWords() string {
	text, err := os.ReadFile(p.log)
	if err != nil || len(text) == 0 {
		return "without output"
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-3):], " | ")
}

var errTimeout = errors.New("not ready in time")

// await polls until ready returns nil. It fails if the process exits or the benchmark is cancelled.
func (p *process) await(timeout time.Duration, ready func() error) error {
	deadline := time.Now().Add(timeout)
	for {
		err := ready()
		if err == nil {
			return nil
		}
		if !p.isAlive() {
			return fmt.Errorf("%s ended: %s", p.name, p.lastWords())
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s: %w: %w: %s", p.name, errTimeout, err, p.lastWords())
		}
		select {
		case <-p.ctx.Done():
			return p.ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}
