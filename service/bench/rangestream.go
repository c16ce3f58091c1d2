package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Keys of the template that an older rangestream may not know, by the text that it reports as
// unknown: the section or the key.
var newerKeys = map[string][]string{
	"cache.memory": {`found "cache"`, `found "memory"`},
	"log.requests": {`found "log"`, `found "requests"`},
}

// startRangestream starts it with all keys. If it exits because it does not know one, it is started
// again without that key.
func startRangestream(log bool) func(*workplace) (*server, error) {
	return func(w *workplace) (*server, error) {
		for {
			s, err := w.tryRangestream(log)
			if err != nil {
				return nil, err
			}
			key := w.unknownKey(s)
			if key == "" {
				return s, nil
			}
			w.withoutKeys[key] = true
			w.note("This version of rangestream does not know the key `%s` and ran without it.", key)
		}
	}
}

func (w *workplace) tryRangestream(log bool) (*server, error) {
	dir, address, err := w.place("rangestream")
	if err != nil {
		return nil, err
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	config := filepath.Join(dir, "rangestream.yaml")
	err = w.fill(config, "rangestream.yaml.tmpl", map[string]any{
		"Host": host, "Port": port, "Bucket": bucketName, "Store": w.store.address,
		"AccessKey": rootUser, "SecretKey": rootUser,
		"Cache": !w.withoutKeys["cache.memory"], "CacheMiB": w.sizes.cacheMiB,
		"LogSwitch": !w.withoutKeys["log.requests"], "Log": log,
	})
	if err != nil {
		return nil, err
	}
	argv := append([]string{w.java()}, w.heapOptions()...)
	c := command{
		name:   "rangestream",
		argv:   append(argv, "-jar", w.inService("target", "rangestream.jar"), "--config", config),
		dir:    dir,
		stdout: os.DevNull,
	}
	if log {
		c.stdout = filepath.Join(dir, "requests.log")
	}
	p, err := w.start(c)
	return &server{address: address, prefix: "/objects/" + bucketName + "/", process: p}, err
}

// unknownKey waits until it listens. If it has exited instead, it returns the unknown key.
func (w *workplace) unknownKey(s *server) string {
	_ = s.process.await(time.Minute, func() error {
		opened, err := net.DialTimeout("tcp", s.address, time.Second)
		if err == nil {
			opened.Close()
		}
		return err
	})
	if s.process.isAlive() {
		return ""
	}
	for key, complaints := range newerKeys {
		for _, complaint := range complaints {
			if !w.withoutKeys[key] && strings.Contains(s.process.lastWords(), complaint) {
				return key
			}
		}
	}
	return ""
}
