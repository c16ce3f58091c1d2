package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"text/template"
	"time"
)

// A kind of server: a column of the table.
type kind struct {
	name   string
	column string
	// Whether a second read is served from its cache.
	caches bool
	// Whether it supports HTTP; the others support only gRPC.
	http bool
	// The command that installs it if it is missing; empty if it is installed.
	missing func(*workplace) string
	start   func(*workplace) (*server, error)
}

// java reports whether it is a JVM, which must be warm to be measured.
func (k kind) java() bool {
	switch k.name {
	case rangestreamKind, loggingKind, emptyKind, nettyKind:
		return true
	}
	return false
}

// A running server.
type server struct {
	kind    kind
	address string
	// The prefix of an object's key in a path.
	prefix  string
	process *process
}

func (s *server) path(o object) string { return s.prefix + o.key }

func (s *server) pids() []int { return tree(s.process.pid()) }

const (
	minioKind       = "minio"
	nginxKind       = "nginx"
	sliceKind       = "nginx-slice"
	varnishKind     = "varnish"
	rangestreamKind = "rangestream"
	loggingKind     = "rangestream-log"
	emptyKind       = "empty"
	nettyKind       = "netty"
)

func allKinds() []kind {
	here := func(*workplace) string { return "" }
	return []kind{
		{minioKind, "MinIO itself", false, true, here, startMinio},
		{nginxKind, "nginx proxy", false, true, nginxMissing, startNginx(false)},
		{sliceKind, "nginx slice cache", true, true, nginxMissing, startNginx(true)},
		{varnishKind, "Varnish, memory", true, true, varnishMissing, startVarnish},
		{rangestreamKind, "rangestream", true, true, rangestreamMissing, startRangestream(false)},
		{loggingKind, "rangestream, log on", true, true, rangestreamMissing, startRangestream(true)},
		{emptyKind, "empty Helidon handler", true, true, rangestreamMissing, startEmpty},
		{nettyKind, "grpc-java Netty", true, false, rangestreamMissing, startNetty},
	}
}

func kindNames() []string {
	var names []string
	for _, k := range allKinds() {
		names = append(names, k.name)
	}
	return names
}

// startMinio starts no process: the measured server is the store that already runs.
func startMinio(w *workplace) (*server, error) {
	return &server{address: w.store.address, prefix: "/" + bucketName + "/", process: w.store.process}, nil
}

func nginxMissing(w *workplace) string {
	if w.programs.nginx == "" {
		return "apt-get install -y nginx"
	}
	return ""
}

func varnishMissing(w *workplace) string {
	if w.programs.varnish == "" {
		return "apt-get install -y varnish"
	}
	return ""
}

func startNginx(slice bool) func(*workplace) (*server, error) {
	return func(w *workplace) (*server, error) {
		dir, address, err := w.place("nginx")
		if err != nil {
			return nil, err
		}
		err = w.fill(filepath.Join(dir, "nginx.conf"), "nginx.conf.tmpl", map[string]any{
			"Root": os.Geteuid() == 0, "Workers": runtime.NumCPU(), "Slice": slice,
			"CacheMiB": w.sizes.cacheMiB, "Store": w.store.address, "Address": address,
		})
		if err != nil {
			return nil, err
		}
		p, err := w.start(command{
			name: "nginx",
			argv: []string{w.programs.nginx, "-p", dir, "-c", "nginx.conf", "-e", "error.log"},
			dir:  dir,
		})
		return &server{address: address, prefix: "/" + bucketName + "/", process: p}, err
	}
}

func startVarnish(w *workplace) (*server, error) {
	dir, address, err := w.place("varnish")
	if err != nil {
		return nil, err
	}
	host, port, err := net.SplitHostPort(w.store.address)
	if err != nil {
		return nil, err
	}
	vcl := filepath.Join(dir, "bench.vcl")
	err = w.fill(vcl, "varnish.vcl.tmpl", map[string]any{"StoreHost": host, "StorePort": port})
	if err != nil {
		return nil, err
	}
	p, err := w.start(command{
		name: "varnish",
		argv: []string{w.programs.varnish, "-F", "-j", "none", "-T", "none",
			"-n", filepath.Join(dir, "state"), "-a", address, "-f", vcl,
			"-s", fmt.Sprintf("malloc,%dM", w.sizes.cacheMiB)},
		dir: dir,
	})
	return &server{address: address, prefix: "/" + bucketName + "/", process: p}, err
}

// place returns a folder and an address for one server.
func (w *workplace) place(name string) (dir, address string, err error) {
	dir, err = os.MkdirTemp(w.dir, name+"-")
	if err != nil {
		return "", "", err
	}
	address, err = freeAddress()
	return dir, address, err
}

// fill writes a configuration from its template.
func (w *workplace) fill(path, name string, values map[string]any) error {
	parsed, err := template.New(name).Option("missingkey=error").ParseFS(templates, "conf/"+name)
	if err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return parsed.Execute(file, values)
}

// launch starts a server of this kind and waits until it serves.
func (w *workplace) launch(k kind) (*server, error) {
	s, err := k.start(w)
	if err != nil {
		return nil, err
	}
	s.kind = k
	err = s.process.await(time.Minute, func() error {
		if !k.http {
			opened, err := net.DialTimeout("tcp", s.address, time.Second)
			if err == nil {
				opened.Close()
			}
			return err
		}
		return w.check(s, w.sizes.film(0), 0, 1)
	})
	if err != nil {
		w.stop(s)
		return nil, err
	}
	return s, nil
}

// stop ends a server, unless it is the store.
func (w *workplace) stop(s *server) {
	if s.process != w.store.process {
		s.process.stop()
	}
}
