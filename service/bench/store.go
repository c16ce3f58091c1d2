package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

const (
	// The MinIO of the tests: the same program, version and folder as in GoProgram and MinioSource.
	minioPackage = "github.com/minio/minio"
	minioVersion = "v0.0.0-20260212201848-7aac2a2c5b7c"

	bucketName = "bench"
	rootUser   = "minioadmin"
)

// The MinIO behind all servers, which is also measured itself.
type store struct {
	process *process
	address string
	client  *minio.Client
}

// minioProgram returns the one on PATH, or in the cache folder, or builds it there.
func minioProgram(ctx context.Context, say func(string, ...any)) (string, error) {
	if path, err := exec.LookPath("minio"); err == nil {
		return path, nil
	}
	caches, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(caches, "rangestream", "minio-"+minioVersion)
	program := filepath.Join(folder, "minio")
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return "", err
	}
	// The folder gets its name only when it is complete: another build may run at the same time.
	building, err := os.MkdirTemp(filepath.Dir(folder), ".building-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(building)
	say("building MinIO once, by 'go install %s@%s'; takes minutes", minioPackage, minioVersion)
	build := exec.CommandContext(ctx, "go", "install", minioPackage+"@"+minioVersion)
	build.Env = append(os.Environ(), "GOBIN="+building)
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("MinIO can't be built: %w: %s", err, output)
	}
	if err := os.Rename(building, folder); err != nil && !errors.Is(err, os.ErrExist) {
		return "", err
	}
	return program, nil
}

func (w *workplace) startStore() (*store, error) {
	program, err := minioProgram(w.ctx, w.say)
	if err != nil {
		return nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	data := filepath.Join(w.dir, "minio")
	p, err := w.start(command{
		name: "minio",
		argv: []string{program, "server", "--quiet", "--address", address, data},
		env: []string{
			"MINIO_ROOT_USER=" + rootUser,
			"MINIO_ROOT_PASSWORD=" + rootUser,
			"MINIO_BROWSER=off",
			"MINIO_PROMETHEUS_AUTH_TYPE=public",
		},
	})
	if err != nil {
		return nil, err
	}
	s := &store{process: p, address: address}
	s.client, err = minio.New(address, &minio.Options{
		Creds: credentials.NewStaticV4(rootUser, rootUser, ""),
	})
	if err != nil {
		return nil, err
	}
	err = p.await(time.Minute, func() error { return s.client.MakeBucket(w.ctx, bucketName, minio.MakeBucketOptions{}) })
	if err != nil {
		return nil, err
	}
	// nginx and Varnish do not sign requests.
	policy := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow",`+
		`"Principal":{"AWS":["*"]},"Action":["s3:GetObject"],"Resource":["arn:aws:s3:::%s/*"]}]}`, bucketName)
	return s, s.client.SetBucketPolicy(w.ctx, bucketName, policy)
}

func (s *store) port() int {
	_, port, _ := net.SplitHostPort(s.address)
	number, _ := strconv.Atoi(port)
	return number
}

// The length of the parts of an upload. MinIO stores each part as a file, and the cost of a seek
// grows with its length: with one part of 1 GiB it is twenty times as high.
const partBytes = 16 * mib

// put uploads an object.
func (s *store) put(ctx context.Context, o object) error {
	_, err := s.client.PutObject(ctx, bucketName, o.key, io.NewSectionReader(o, 0, o.length), o.length,
		minio.PutObjectOptions{PartSize: partBytes, ContentType: "video/mp4"})
	if err != nil {
		return fmt.Errorf("upload of %s: %w", o.key, err)
	}
	return nil
}

// sentBytes returns the bytes that this MinIO has written to sockets; without uploads, its files
// are a few KiB.
func (s *store) sentBytes() (int64, error) { return writtenBytes(s.process.pid()) }

// metric returns the sum of all series of a metric, from the text for Prometheus; -1 if it is
// absent.
func metric(ctx context.Context, url, name string) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return -1, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return -1, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return -1, err
	}
	sum, found := 0.0, false
	for _, line := range strings.Split(string(text), "\n") {
		rest, ok := strings.CutPrefix(line, name)
		if !ok || rest == "" || rest[0] != '{' && rest[0] != ' ' {
			continue
		}
		fields := strings.Fields(rest[strings.LastIndexByte(rest, '}')+1:])
		if len(fields) == 0 {
			continue
		}
		if value, err := strconv.ParseFloat(fields[0], 64); err == nil {
			sum, found = sum+value, true
		}
	}
	if !found {
		return -1, nil
	}
	return sum, nil
}

// freeAddress returns an address on loopback that is free at the moment.
func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}
