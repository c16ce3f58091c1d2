// A client of the contract in Go: reads one range, checks its positions, lengths and checksums, and
// writes the bytes to standard output.
//
//	client HOST:PORT BUCKET KEY FIRST_POS LAST_POS
package main

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"strconv"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"example.com/films/rangestreamv1"
)

const patience = 20 * time.Second

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 5 {
		return errors.New("which server, bucket, key and positions?")
	}
	first, err := strconv.ParseInt(args[3], 10, 64)
	if err != nil {
		return err
	}
	last, err := strconv.ParseInt(args[4], 10, 64)
	if err != nil {
		return err
	}
	connection, err := grpc.NewClient(
		args[0], grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	stream, err := rangestreamv1.NewRangeStreamServiceClient(connection).ReadRange(
		ctx,
		&rangestreamv1.ReadRangeRequest{
			Bucket: args[1],
			Key:    args[2],
			Range: &rangestreamv1.ReadRangeRequest_IntRange{
				IntRange: &rangestreamv1.IntRange{FirstPos: first, LastPos: &last},
			},
		})
	if err != nil {
		return err
	}
	return copyRange(stream, first, os.Stdout)
}

// copyRange writes the bytes, and fails unless the stream ends with ReadEnd.
func copyRange(
	stream grpc.ServerStreamingClient[rangestreamv1.ReadRangeResponse],
	next int64,
	out io.Writer,
) error {
	sum := crc32.New(castagnoli)
	var total int64
	for {
		response, err := stream.Recv()
		if err != nil {
			return fmt.Errorf("no end: %w", err)
		}
		switch part := response.Part.(type) {
		case *rangestreamv1.ReadRangeResponse_Header:
			if part.Header.GetFirstPos() != next {
				return fmt.Errorf("begins at %d", part.Header.GetFirstPos())
			}
		case *rangestreamv1.ReadRangeResponse_Chunk:
			chunk := part.Chunk
			if chunk.FirstPos != next || crc32.Checksum(chunk.Data, castagnoli) != chunk.Crc32C {
				return fmt.Errorf("a wrong chunk at %d", next)
			}
			sum.Write(chunk.Data)
			next += int64(len(chunk.Data))
			total += int64(len(chunk.Data))
			if _, err := out.Write(chunk.Data); err != nil {
				return err
			}
		case *rangestreamv1.ReadRangeResponse_End:
			if part.End.TotalBytes != total || part.End.Crc32C != sum.Sum32() {
				return fmt.Errorf("a wrong end: %v", part.End)
			}
			return nil
		}
	}
}
