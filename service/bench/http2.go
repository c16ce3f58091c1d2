package main

import (
	"fmt"
	"io"
	"net/http"
)

// h2c reads an object the given number of times over one HTTP/2 connection without TLS, in frames
// of 16 KiB, which nearly every client requests.
func (w *workplace) h2c(s *server, o object, times int) (load, error) {
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{
		Protocols:          &protocols,
		DisableCompression: true,
		HTTP2: &http.HTTP2Config{
			MaxReadFrameSize:              16 * kib,
			MaxReceiveBufferPerConnection: 16 * mib,
			MaxReceiveBufferPerStream:     4 * mib,
		},
	}
	defer transport.CloseIdleConnections()
	client := http.Client{Transport: transport, Timeout: w.sizes.limit}
	buffer := make([]byte, mib)
	for range times {
		request, err := http.NewRequestWithContext(w.ctx, http.MethodGet, "http://"+s.address+s.path(o), nil)
		if err != nil {
			return load{}, err
		}
		response, err := client.Do(request)
		if err != nil {
			return load{}, err
		}
		length, err := io.CopyBuffer(discardOnly{}, response.Body, buffer)
		response.Body.Close()
		if err != nil {
			return load{}, err
		}
		if response.ProtoMajor != 2 || response.StatusCode != http.StatusOK || length != o.length {
			return load{}, fmt.Errorf("%s %s, %d bytes of %d", response.Proto, response.Status, length, o.length)
		}
	}
	return load{bytes: o.length * int64(times), requests: int64(times)}, nil
}

// discardOnly is io.Discard without its ReadFrom, which reads 8 KiB at a time.
type discardOnly struct{}

func (discardOnly) Write(p []byte) (int, error) { return len(p), nil }
