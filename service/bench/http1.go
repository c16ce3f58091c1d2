package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// An HTTP/1.1 connection that costs this process almost no CPU: bodies are discarded in the kernel.
type conn struct {
	tcp      *net.TCPConn
	raw      syscall.RawConn
	release  func() bool
	host     string
	head     []byte
	buffered []byte
}

// The head of a response.
type answer struct {
	status        int
	contentLength int64
	contentRange  string
}

// dial opens a connection. With a receive buffer of 0 the kernel chooses its size, which grows.
func dial(ctx context.Context, address string, receiveBuffer int, limit time.Duration) (*conn, error) {
	dialer := net.Dialer{Timeout: 10 * time.Second}
	if receiveBuffer > 0 {
		// Set before the connection is made, because it determines the window.
		dialer.Control = func(_, _ string, raw syscall.RawConn) error {
			var failure error
			err := raw.Control(func(fd uintptr) {
				failure = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, receiveBuffer)
			})
			return errors.Join(err, failure)
		}
	}
	opened, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	tcp := opened.(*net.TCPConn)
	raw, err := tcp.SyscallConn()
	if err == nil {
		err = tcp.SetDeadline(time.Now().Add(limit))
	}
	if err != nil {
		tcp.Close()
		return nil, err
	}
	// Ctrl-C closes the connection, which ends a blocked read or write.
	release := context.AfterFunc(ctx, func() { tcp.Close() })
	return &conn{tcp: tcp, raw: raw, release: release, host: address, head: make([]byte, 16*kib)}, nil
}

func (c *conn) close() {
	c.release()
	_ = c.tcp.Close()
}

// get sends a request and reads the head of the response. The caller then discards the body.
func (c *conn) get(path, byteRange string) (answer, error) {
	request := "GET " + path + " HTTP/1.1\r\nHost: " + c.host + "\r\n"
	if byteRange != "" {
		request += "Range: " + byteRange + "\r\n"
	}
	if _, err := c.tcp.Write([]byte(request + "\r\n")); err != nil {
		return answer{}, err
	}
	for length := 0; ; {
		n, err := c.tcp.Read(c.head[length:])
		if err != nil {
			return answer{}, fmt.Errorf("no response to GET %s: %w", path, err)
		}
		length += n
		if end := bytes.Index(c.head[:length], []byte("\r\n\r\n")); end >= 0 {
			c.buffered = c.head[end+4 : length]
			return parseHead(string(c.head[:end]), path, byteRange)
		}
		if length == len(c.head) {
			return answer{}, fmt.Errorf("the head of the response to GET %s has no end", path)
		}
	}
}

func parseHead(text, path, byteRange string) (answer, error) {
	lines := strings.Split(text, "\r\n")
	parsed := answer{contentLength: -1}
	if len(lines[0]) > 12 {
		parsed.status, _ = strconv.Atoi(lines[0][9:12])
	}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch strings.ToLower(name) {
		case "content-length":
			parsed.contentLength, _ = strconv.ParseInt(value, 10, 64)
		case "content-range":
			parsed.contentRange = value
		}
	}
	wanted := 200
	if byteRange != "" {
		wanted = 206
	}
	// A server with a wrong response is not measured.
	if parsed.status != wanted || parsed.contentLength < 0 {
		return parsed, fmt.Errorf("GET %s %s: %q and a length of %d", path, byteRange, lines[0], parsed.contentLength)
	}
	if byteRange != "" && !strings.HasPrefix(parsed.contentRange, "bytes "+strings.TrimPrefix(byteRange, "bytes=")) {
		return parsed, fmt.Errorf("GET %s %s: the Content-Range is %q", path, byteRange, parsed.contentRange)
	}
	return parsed, nil
}

// The buffer is never written to: MSG_TRUNC drops the bytes in the kernel.
var nowhere = make([]byte, 4*mib)

// discard reads the given number of bytes of the body.
func (c *conn) discard(length int64) error {
	taken := min(int64(len(c.buffered)), length)
	c.buffered = c.buffered[taken:]
	for left := length - taken; left > 0; {
		var n int
		var failure error
		err := c.raw.Read(func(fd uintptr) bool {
			n, _, failure = unix.Recvfrom(int(fd), nowhere[:min(left, int64(len(nowhere)))], unix.MSG_TRUNC)
			return failure != unix.EAGAIN
		})
		if err = errors.Join(err, failure); err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("the body ended %d bytes early", left)
		}
		left -= int64(n)
	}
	return nil
}

// read returns the next bytes of the body.
func (c *conn) read(into []byte) error {
	for done := copy(into, c.buffered); done < len(into); {
		n, err := c.tcp.Read(into[done:])
		if err != nil {
			return err
		}
		done += n
	}
	c.buffered = c.buffered[min(len(into), len(c.buffered)):]
	return nil
}
