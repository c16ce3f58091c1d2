package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// The Java release of the project.
const javaRelease = 25

var javaVersionLine = regexp.MustCompile(`(?m)^JAVA_VERSION="(\d+)`)

// findJDK returns the home of a JDK that is new enough: JAVA_HOME, that of the java on PATH, or one
// installed beside it.
func findJDK() string {
	homes := []string{os.Getenv("JAVA_HOME")}
	if java, err := exec.LookPath("java"); err == nil {
		if real, err := filepath.EvalSymlinks(java); err == nil {
			homes = append(homes, filepath.Dir(filepath.Dir(real)))
		}
	}
	beside, _ := filepath.Glob("/usr/lib/jvm/*")
	for _, home := range append(homes, beside...) {
		text, err := os.ReadFile(filepath.Join(home, "release"))
		if home == "" || err != nil {
			continue
		}
		match := javaVersionLine.FindSubmatch(text)
		if match == nil {
			continue
		}
		release, _ := strconv.Atoi(string(match[1]))
		if _, err := os.Stat(filepath.Join(home, "bin", "javac")); err == nil && release >= javaRelease {
			return home
		}
	}
	return ""
}

func rangestreamMissing(w *workplace) string {
	if w.programs.jdk == "" {
		return fmt.Sprintf("a JDK %d or later in JAVA_HOME or /usr/lib/jvm", javaRelease)
	}
	if _, err := os.Stat(w.inService("target", "rangestream.jar")); err != nil {
		return "mvn -q -DskipTests -Dskip.checks package"
	}
	return ""
}

func (w *workplace) java() string { return filepath.Join(w.programs.jdk, "bin", "java") }

func (w *workplace) heapOptions() []string {
	options := []string{fmt.Sprintf("-Xmx%dm", w.sizes.heapMiB)}
	if w.touchHeap {
		options = append(options, fmt.Sprintf("-Xms%dm", w.sizes.heapMiB), "-XX:+AlwaysPreTouch")
	}
	return append(options, w.javaOptions...)
}

// startEmpty starts Helidon with rangestream's settings and handlers that only write.
func startEmpty(w *workplace) (*server, error) {
	return w.startSource("EmptyHandlers", "/", nil)
}

// startNetty starts the same on grpc-java's own server; the build of the SDK has downloaded its
// jar.
func startNetty(w *workplace) (*server, error) {
	jar, err := w.nettyJar()
	if err != nil {
		return nil, err
	}
	return w.startSource("NettyHandler", "", []string{jar})
}

// startSource runs one of our Java files from source, with rangestream's libraries.
func (w *workplace) startSource(name, prefix string, jars []string) (*server, error) {
	_, address, err := w.place(strings.ToLower(name))
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	classPath := append([]string{w.inService("target", "rangestream.jar"), w.inService("target", "lib", "*")}, jars...)
	argv := append([]string{w.java()}, w.heapOptions()...)
	argv = append(argv, "--enable-native-access=ALL-UNNAMED", "-cp", strings.Join(classPath, ":"),
		w.inService("bench", name+".java"), port, strconv.FormatInt(w.sizes.filmBytes(), 10))
	p, err := w.start(command{name: strings.ToLower(name), argv: argv})
	return &server{address: address, prefix: prefix, process: p}, err
}

// nettyJar returns the grpc-netty-shaded jar in the version of rangestream's gRPC, from the local
// Maven repository, where the build of the SDK has put it.
func (w *workplace) nettyJar() (string, error) {
	found, _ := filepath.Glob(w.inService("target", "lib", "grpc-api-*.jar"))
	if len(found) != 1 {
		return "", errors.New("rangestream's libraries contain no grpc-api")
	}
	version := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(found[0]), "grpc-api-"), ".jar")
	folder := w.inService("target", "bench")
	jar := filepath.Join(folder, "grpc-netty-shaded-"+version+".jar")
	if _, err := os.Stat(jar); err == nil {
		return jar, nil
	}
	copying := exec.CommandContext(w.ctx, "mvn", "-q", "-N", "dependency:copy",
		"-Dartifact=io.grpc:grpc-netty-shaded:"+version, "-DoutputDirectory="+folder)
	copying.Dir = w.inService("..")
	if output, err := copying.CombinedOutput(); err != nil {
		return "", fmt.Errorf("'%s' failed: %w: %s", strings.Join(copying.Args[:4], " "), err, output)
	}
	return jar, nil
}
