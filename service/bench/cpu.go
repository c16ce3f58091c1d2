package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// tree returns the process and all its descendants: nginx's workers, Varnish's child.
func tree(root int) []int {
	children := map[int][]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		// The name may contain blanks and parentheses, so the fields are counted from its end.
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		if parent, err := strconv.Atoi(fields[1]); err == nil {
			children[parent] = append(children[parent], pid)
		}
	}
	pids := []int{root}
	for i := 0; i < len(pids); i++ {
		pids = append(pids, children[pids[i]]...)
	}
	return pids
}

// cpuTime returns utime + stime of all processes, including ended threads. It reads the kernel's
// clock of each process, which counts nanoseconds: /proc/PID/stat has the same sum in hundredths of
// a second.
func cpuTime(pids []int) (time.Duration, error) {
	var sum time.Duration
	for _, pid := range pids {
		// CPUCLOCK_SCHED of a process, as clock_getcpuclockid(3) computes it.
		clock := int32(^pid<<3 | 2)
		var ts unix.Timespec
		if err := unix.ClockGettime(clock, &ts); err != nil {
			return 0, fmt.Errorf("CPU clock of a server: %w", err)
		}
		sum += time.Duration(ts.Nano())
	}
	return sum, nil
}

// residentBytes returns the RSS of all processes; shared pages count for each.
func residentBytes(pids []int) (int64, error) {
	var sum int64
	for _, pid := range pids {
		kilobytes, err := numberAfter(fmt.Sprintf("/proc/%d/smaps_rollup", pid), "Rss:")
		if err != nil {
			return 0, err
		}
		sum += kilobytes * kib
	}
	return sum, nil
}

// writtenBytes returns the bytes that a process passed to the kernel in write calls, to sockets and
// files, including aborted responses.
func writtenBytes(pid int) (int64, error) {
	return numberAfter(fmt.Sprintf("/proc/%d/io", pid), "wchar:")
}

func numberAfter(path, name string) (int64, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) > 1 && fields[0] == name {
			return strconv.ParseInt(fields[1], 10, 64)
		}
	}
	return 0, fmt.Errorf("no %s in %s", name, path)
}

// connectionsTo counts the established connections of these processes to a port.
func connectionsTo(pids []int, port int) int {
	inodes := map[string]bool{}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		text, err := os.ReadFile(table)
		if err != nil {
			continue
		}
		suffix := fmt.Sprintf(":%04X", port)
		for _, line := range strings.Split(string(text), "\n") {
			fields := strings.Fields(line)
			const established = "01"
			if len(fields) > 9 && fields[3] == established && strings.HasSuffix(fields[2], suffix) {
				inodes["socket:["+fields[9]+"]"] = true
			}
		}
	}
	held := 0
	for _, pid := range pids {
		descriptors, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
		for _, descriptor := range descriptors {
			if target, err := os.Readlink(descriptor); err == nil && inodes[target] {
				held++
			}
		}
	}
	return held
}
