package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
)

const readRangeMethod = "/rangestream.v1.RangeStreamService/ReadRange"

// Field numbers of range_stream_service.proto.
const (
	requestBucket        protowire.Number = 1
	requestKey           protowire.Number = 2
	requestMaxChunkBytes protowire.Number = 7
	responseEnd          protowire.Number = 3
	endTotalBytes        protowire.Number = 1
)

// A message as raw bytes: no code is generated, and messages that are only counted are not decoded.
type message struct {
	// The bytes to send.
	out []byte
	// The length of a received message and, of a short one, its bytes.
	length int
	in     []byte
}

// Longer messages are chunks.
const shortMessageBytes = 4 * kib

// rawCodec passes messages without decoding them.
type rawCodec struct{}

func (rawCodec) Name() string { return "proto" }

func (rawCodec) Marshal(value any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(value.(*message).out)}, nil
}

func (rawCodec) Unmarshal(data mem.BufferSlice, value any) error {
	received := value.(*message)
	received.length = data.Len()
	received.in = nil
	if received.length <= shortMessageBytes {
		received.in = data.Materialize()
	}
	return nil
}

// grpc reads an object the given number of times over one gRPC connection, in messages of 256 KiB.
func (w *workplace) grpc(s *server, o object, times int) (load, error) {
	ctx, cancel := context.WithTimeout(w.ctx, w.sizes.limit)
	defer cancel()
	connection, err := grpc.NewClient("passthrough:///"+s.address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodecV2(rawCodec{}), grpc.MaxCallRecvMsgSize(4*mib)),
		grpc.WithInitialWindowSize(4*mib),
		grpc.WithInitialConnWindowSize(16*mib),
		grpc.WithReadBufferSize(256*kib),
	)
	if err != nil {
		return load{}, err
	}
	defer connection.Close()
	for range times {
		if err := readRange(ctx, connection, o); err != nil {
			return load{}, fmt.Errorf("gRPC of %s: %w", s.kind.name, err)
		}
	}
	return load{bytes: o.length * int64(times), requests: int64(times)}, nil
}

func readRange(ctx context.Context, connection *grpc.ClientConn, o object) error {
	stream, err := connection.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, readRangeMethod)
	if err != nil {
		return err
	}
	if err := stream.SendMsg(&message{out: readRangeRequest(o)}); err != nil {
		return err
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	received, total := int64(0), int64(-1)
	for {
		var got message
		if err := stream.RecvMsg(&got); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		received += int64(got.length)
		if end := field(got.in, responseEnd); end != nil {
			number, _ := protowire.ConsumeVarint(field(end, endTotalBytes))
			total = int64(number)
		}
	}
	if total != o.length || received < o.length {
		return fmt.Errorf("%d bytes of messages, an end after %d; the object has %d", received, total, o.length)
	}
	return nil
}

func readRangeRequest(o object) []byte {
	request := protowire.AppendTag(nil, requestBucket, protowire.BytesType)
	request = protowire.AppendString(request, bucketName)
	request = protowire.AppendTag(request, requestKey, protowire.BytesType)
	request = protowire.AppendString(request, o.key)
	request = protowire.AppendTag(request, requestMaxChunkBytes, protowire.VarintType)
	return protowire.AppendVarint(request, chunkBytes)
}

// field returns the value of a field of a message by its number, a varint as its bytes; nil if the
// field is absent.
func field(encoded []byte, wanted protowire.Number) []byte {
	for len(encoded) > 0 {
		number, kind, tagged := protowire.ConsumeTag(encoded)
		if tagged < 0 {
			return nil
		}
		length := protowire.ConsumeFieldValue(number, kind, encoded[tagged:])
		if length < 0 {
			return nil
		}
		value := encoded[tagged : tagged+length]
		if number == wanted {
			if kind == protowire.BytesType {
				value, _ = protowire.ConsumeBytes(value)
			}
			return value
		}
		encoded = encoded[tagged+length:]
	}
	return nil
}
