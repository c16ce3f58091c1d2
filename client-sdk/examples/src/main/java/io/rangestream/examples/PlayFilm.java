package io.rangestream.examples;

import io.rangestream.client.ObjectReader;
import io.rangestream.client.RangeStreamClient;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * Writes a film to standard output from a position on, for a player that reads standard input.
 *
 * <pre>{@code PlayFilm 127.0.0.1:8080 films film.mp4 4000000 | player -}</pre>
 */
public final class PlayFilm {
    private static final int BUFFER_BYTES = 256 * 1024;

    private PlayFilm() {}

    /** Arguments: server, bucket, key, position. */
    public static void main(String[] args) throws IOException {
        try (RangeStreamClient client = RangeStreamClient.builder(args[0]).plaintext().build();
                ObjectReader film = client.open(args[1], args[2])) {
            play(film, Long.parseLong(args[3]), Channels.newChannel(System.out));
        }
    }

    /**
     * Copies a film from a position on. The channel reads ahead while the reads are sequential, and
     * the server pauses while {@code player} blocks.
     */
    static void play(ObjectReader film, long position, WritableByteChannel player)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try (SeekableByteChannel channel = film.channel()) {
            channel.position(position);
            while (channel.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    player.write(buffer);
                }
                buffer.clear();
            }
        }
    }
}
