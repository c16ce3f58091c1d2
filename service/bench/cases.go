package main

import (
	"fmt"
	"strings"
)

// A benchCase is a load and the rows of the table that show its results.
type benchCase struct {
	name  string
	title func(sizes) string
	// Whether a kind of server is measured.
	takes func(kind) bool
	run   func(*workplace, *server, int) (sample, error)
	rows  []row
}

// A group has cases that share running servers.
type group struct {
	// Whether all servers run at once and take turns, after uncounted runs, so that other load of the
	// machine affects them alike. Otherwise each run of each server has a new process with a cache
	// full of other objects.
	together bool
	// Prepares a server before its cases.
	prepare func(*workplace, *server) error
	cases   []benchCase
}

// The films by purpose.
const (
	cachedFilm = iota
	coldFilm
	soughtFilm
	fillingFilm
	films = fillingFilm + 2
)

// The clips by purpose.
const (
	coldClip = iota
	firstWarmUpClip
	clips = firstWarmUpClip + 8
)

func allGroups() []group {
	overHTTP := func(k kind) bool { return k.http }
	fromCache := func(k kind) bool { return k.http && k.caches }
	// Servers with a store behind them. The log is measured only in cache, because it costs most there.
	cold := func(k kind) bool { return k.http && k.name != emptyKind && k.name != loggingKind }
	java := func(k kind) bool { return k.name == rangestreamKind || k.name == emptyKind || k.name == nettyKind }

	inCache := group{together: true, prepare: (*workplace).warmUp, cases: []benchCase{
		{"warm", titled("one stream of %s, in cache", sizes.filmBytes), fromCache, runWarm,
			streamRows("0.23")},
		{"ranges-1m", fixed("random 1 MiB ranges, 8 connections, in cache"), overHTTP, runRanges1MiB,
			streamRows("0.28")},
		{"ranges-64k", fixed("random 64 KiB ranges, 8 connections, in cache"), overHTTP, runRanges64KiB,
			requestRows("40")},
		{"h2c", titled("one stream of %s, in cache, h2c", sizes.filmBytes),
			func(k kind) bool { return java(k) && k.http }, runH2c, transportRows("1.1")},
		{"grpc", titled("one stream of %s, in cache, gRPC in messages of 256 KiB", sizes.filmBytes),
			java, runGrpc, transportRows("1.1")},
	}}
	fromStore := group{prepare: (*workplace).warmUpAndFill, cases: []benchCase{
		{"seeks", func(s sizes) string {
			return fmt.Sprintf("%d cold seeks, 256 KiB read of each", s.seeks)
		}, cold, runSeeks, seekRows()},
		{"burst", func(s sizes) string {
			return fmt.Sprintf("%d clients at once, one cold object of %s", s.burst, bytesText(s.clipBytes()))
		}, cold, runBurst, burstRows()},
		{"cold", titled("one stream of %s, cold", sizes.filmBytes), cold, runCold, streamRows("0.77")},
	}}
	pausing := group{prepare: (*workplace).warmUpAndFill, cases: []benchCase{
		{"paused", func(s sizes) string {
			return fmt.Sprintf("%d paused clients", s.viewers)
		}, func(k kind) bool { return k.http && k.name != loggingKind }, runPaused, pausedRows()},
	}}
	return []group{fromStore, inCache, pausing}
}

func caseNames() []string {
	var names []string
	for _, g := range allGroups() {
		for _, c := range g.cases {
			names = append(names, c.name)
		}
	}
	return names
}

func pickGroups(all []group, list string) ([]group, error) {
	every := []benchCase{}
	for _, g := range all {
		every = append(every, g.cases...)
	}
	if _, err := pick(every, list, func(c benchCase) string { return c.name }); err != nil {
		return nil, err
	}
	var picked []group
	for _, g := range all {
		wanted := []benchCase{}
		for _, c := range g.cases {
			if list == "" || strings.Contains(","+list+",", ","+c.name+",") {
				wanted = append(wanted, c)
			}
		}
		if g.cases = wanted; len(wanted) > 0 {
			picked = append(picked, g)
		}
	}
	return picked, nil
}

func fixed(text string) func(sizes) string { return func(sizes) string { return text } }

func titled(format string, length func(sizes) int64) func(sizes) string {
	return func(s sizes) string { return fmt.Sprintf(format, bytesText(length(s))) }
}

func bytesText(length int64) string {
	if length%gib == 0 {
		return fmt.Sprintf("%d GiB", length/gib)
	}
	return fmt.Sprintf("%d MiB", length/mib)
}
