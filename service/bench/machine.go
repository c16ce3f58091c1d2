package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// machine describes the machine and the versions of the measured programs, without the name of the
// machine or a path.
func (w *workplace) machine() string {
	parts := []string{fmt.Sprintf("%d cores (%s)", runtime.NumCPU(), processorModel())}
	var names unix.Utsname
	if unix.Uname(&names) == nil {
		parts = append(parts, "Linux "+unix.ByteSliceToString(names.Release[:]))
	}
	parts = append(parts, "MinIO "+minioVersion)
	if w.programs.nginx != "" {
		parts = append(parts, version(`nginx/([\d.]+)`, "nginx", w.programs.nginx, "-v"))
	}
	if w.programs.varnish != "" {
		parts = append(parts, version(`varnish-([\d.]+)`, "Varnish", w.programs.varnish, "-V"))
	}
	if w.programs.jdk != "" {
		parts = append(parts, version(`version "([^"]+)"`, "Java", w.java(), "-version"))
	}
	git := exec.Command("git", "rev-parse", "--short", "HEAD")
	git.Dir = w.service
	if commit, err := git.Output(); err == nil {
		parts = append(parts, "rangestream "+strings.TrimSpace(string(commit)))
	}
	options := append([]string{fmt.Sprintf("-Xmx%dm", w.sizes.heapMiB)}, w.javaOptions...)
	return fmt.Sprintf("%s, %s. Medians of %d. Caches of %d MiB; JVMs with `%s`. CPU is that of the server and its children.",
		time.Now().UTC().Format(time.DateOnly), strings.Join(parts, ", "), w.sizes.runs, w.sizes.cacheMiB, strings.Join(options, " "))
}

var modelLine = regexp.MustCompile(`(?m)^model name\s*:\s*(.+)$`)

func processorModel() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err == nil {
		if match := modelLine.FindSubmatch(text); match != nil {
			return string(match[1])
		}
	}
	return runtime.GOARCH
}

func version(pattern, name string, argv ...string) string {
	output, _ := exec.Command(argv[0], argv[1:]...).CombinedOutput()
	if match := regexp.MustCompile(pattern).FindSubmatch(output); match != nil {
		return name + " " + string(match[1])
	}
	return name
}
