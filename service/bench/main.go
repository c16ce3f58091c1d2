// Command bench runs the same cases against MinIO, nginx, Varnish and rangestream, all of them on
// this machine, and prints one table. See README.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	os.Exit(run())
}

func run() int {
	var (
		caseNames   = flag.String("cases", "", "only these, separated by commas: "+strings.Join(caseNames(), ","))
		serverNames = flag.String("servers", "", "only these, separated by commas: "+strings.Join(kindNames(), ","))
		runs        = flag.Int("runs", 0, "measured runs of each case (default 3, quick 1); the table has their medians")
		out         = flag.String("out", "", "write the table to this `file` too")
		quick       = flag.Bool("quick", false, "small sizes: shows whether the benchmark works; its numbers mean little")
		javaOptions = flag.String("java-options", "", "further options for the JVMs, separated by spaces")
	)
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "bench: unexpected argument:", flag.Arg(0))
		return 2
	}
	sizes := fullSizes
	if *quick {
		sizes = quickSizes
	}
	if *runs > 0 {
		sizes.runs = *runs
	}
	kinds, err := pick(allKinds(), *serverNames, func(k kind) string { return k.name })
	if err == nil {
		var groups []group
		groups, err = pickGroups(allGroups(), *caseNames)
		if err == nil {
			return runBench(sizes, kinds, groups, strings.Fields(*javaOptions), *out)
		}
	}
	fmt.Fprintln(os.Stderr, "bench:", err)
	return 2
}

func runBench(sizes sizes, kinds []kind, groups []group, javaOptions []string, out string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	place, err := newWorkplace(ctx, sizes, javaOptions)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 2
	}
	defer place.close()
	table, err := place.measureAll(kinds, groups)
	if err != nil {
		if errors.Is(ctx.Err(), context.Canceled) {
			fmt.Fprintln(os.Stderr, "bench: interrupted")
			return 130
		}
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 1
	}
	text := table.String()
	_, _ = io.WriteString(os.Stdout, text)
	if out != "" {
		if err := os.WriteFile(out, []byte(text), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			return 1
		}
	}
	if table.failed {
		return 1
	}
	return 0
}

// pick returns the elements with a name in the list; all of them for an empty list.
func pick[T any](all []T, list string, name func(T) string) ([]T, error) {
	if list == "" {
		return all, nil
	}
	var picked []T
	for _, wanted := range strings.Split(list, ",") {
		found := false
		for _, one := range all {
			if name(one) == wanted {
				picked = append(picked, one)
				found = true
			}
		}
		if !found {
			return nil, fmt.Errorf("unknown name %q", wanted)
		}
	}
	return picked, nil
}
