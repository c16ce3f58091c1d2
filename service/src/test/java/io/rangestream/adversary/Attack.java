package io.rangestream.adversary;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** One attack by one client. Each costs its client little. Used by {@link AdversaryIT}. */
enum Attack {
    /** One entry of HPACK's dynamic table that is referenced 16,000 times. */
    HEADER_LIST_BOMB {
        @Override
        void run(Target target, SplittableRandom random) throws IOException {
            byte[] entry = concat(GET_BLOCK, literal("x", 4000));
            byte[] references = new byte[16_000];
            Arrays.fill(references, (byte) 0xBE);
            try (AttackSocket socket = new AttackSocket(target)) {
                socket.startHttp2()
                        .frame(HEADERS, END_STREAM | END_HEADERS, 1, entry)
                        .frame(HEADERS, END_STREAM | END_HEADERS, 3, concat(GET_BLOCK, references))
                        .drain(64 * 1024);
            }
        }
    },
    /** The same in the trailer section of a gRPC call. */
    TRAILER_BOMB {
        @Override
        void run(Target target, SplittableRandom random) throws IOException {
            byte[] references = new byte[16_000];
            Arrays.fill(references, (byte) 0xBE);
            try (AttackSocket socket = new AttackSocket(target)) {
                socket.startHttp2()
                        .frame(HEADERS, END_HEADERS, 1, concat(GET_BLOCK, literal("x", 4000)))
                        .frame(HEADERS, END_STREAM | END_HEADERS, 1, references)
                        .drain(64 * 1024);
            }
        }
    },
    /** A header section that never ends. */
    CONTINUATION_FLOOD {
        @Override
        void run(Target target, SplittableRandom random) throws IOException {
            try (AttackSocket socket = new AttackSocket(target)) {
                socket.startHttp2().frame(HEADERS, 0, 1, GET_BLOCK);
                for (int i = 0; i < 2_000; i++) {
                    socket.frame(CONTINUATION, 0, 1, literal("a" + i, 100));
                }
                socket.drain(64 * 1024);
            }
        }
    },
    /** Streams that are opened and reset at once. */
    RAPID_RESET {
        @Override
        void run(Target target, SplittableRandom random) throws IOException {
            try (AttackSocket socket = new AttackSocket(target)) {
                socket.startHttp2();
                byte[] cancel = ByteBuffer.allocate(4).putInt(8).array();
                for (int stream = 1; stream < 2_000; stream += 2) {
                    socket.frame(HEADERS, END_STREAM | END_HEADERS, stream, GET_BLOCK)
                            .frame(RST_STREAM, 0, stream, cancel);
                }
                socket.drain(64 * 1024);
            }
        }
    },
    /** Connections on which nothing is sent, closed together. */
    IDLE_CONNECTIONS {
        @Override
        void run(Target target, SplittableRandom random) throws IOException {
            List<AttackSocket> sockets = new ArrayList<>();
            try {
                for (int i = 0; i < 300; i++) {
                    sockets.add(new AttackSocket(target));
                }
            } finally {
                sockets.forEach(AttackSocket::close);
            }
        }
    },
    /** Header sections that are sent in part. */
    PARTIAL_HEADERS {
        @Override
        void run(Target target, SplittableRandom random) throws IOException {
            List<AttackSocket> sockets = new ArrayList<>();
            try {
                for (int i = 0; i < 100; i++) {
                    String begin = "GET " + target.film() + " HTTP/1." + (i % 2) + "\r\nX: ";
                    sockets.add(new AttackSocket(target).send(begin));
                }
                for (AttackSocket socket : sockets) {
                    socket.send("y");
                }
            } finally {
                sockets.forEach(AttackSocket::close);
            }
        }
    },
    /** Lists of a large folder, one entry each. */
    LISTS {
        @Override
        void run(Target target, SplittableRandom random) throws IOException {
            List<AttackSocket> sockets = new ArrayList<>();
            try {
                for (int i = 0; i < 50; i++) {
                    String prefix = Integer.toString(random.nextInt(10));
                    sockets.add(
                            new AttackSocket(target)
                                    .send(get(target.folder() + "&prefix=k" + prefix)));
                }
                sockets.forEach(socket -> socket.drain(1));
            } finally {
                sockets.forEach(AttackSocket::close);
            }
        }
    },
    /** HTTP versions, methods and names that are new in each request. */
    NEW_NAMES {
        @Override
        void run(Target target, SplittableRandom random) throws IOException {
            for (int i = 0; i < 100; i++) {
                String word = Long.toString(random.nextLong() >>> 1, 36).repeat(500);
                String request =
                        switch (i % 3) {
                            case 0 -> "GET /x HTTP/9." + word + "\r\nHost: a\r\n\r\n";
                            case 1 -> word + " /x HTTP/1.1\r\nHost: a\r\n\r\n";
                            default -> get("/objects/" + word + "/" + word);
                        };
                try (AttackSocket socket = new AttackSocket(target)) {
                    socket.send(request).drain(1);
                }
            }
        }
    },
    /** Malformed chunk sizes. */
    BAD_CHUNKS {
        @Override
        void run(Target target, SplittableRandom random) throws IOException {
            List<String> sizes =
                    List.of("zz", "-1", "0x5", "", "fffffffffffffffff", "5;" + "a".repeat(9000));
            for (int i = 0; i < 100; i++) {
                try (AttackSocket socket = new AttackSocket(target)) {
                    socket.send(
                                    "POST "
                                            + target.film()
                                            + " HTTP/1.1\r\nHost: a\r\n"
                                            + "Transfer-Encoding: chunked\r\n\r\n"
                                            + sizes.get(random.nextInt(sizes.size()))
                                            + "\r\nhello\r\n0\r\n\r\n")
                            .drain(1);
                }
            }
        }
    },
    /** A response of two hundred parts that are far from each other. */
    MANY_PARTS {
        @Override
        void run(Target target, SplittableRandom random) throws IOException {
            StringBuilder ranges = new StringBuilder("bytes=0-0");
            for (int i = 1; i < 200; i++) {
                ranges.append(',').append(i * 20_000L).append('-').append(i * 20_000L + 9);
            }
            for (int i = 0; i < 20; i++) {
                try (AttackSocket socket = new AttackSocket(target)) {
                    socket.send(
                                    "GET "
                                            + target.film()
                                            + " HTTP/1.1\r\nHost: a\r\nRange: "
                                            + ranges
                                            + "\r\n\r\n")
                            .drain(4 * 1024);
                }
            }
        }
    },
    /** Event streams of viewers without reads. */
    EVENT_STREAMS {
        @Override
        void run(Target target, SplittableRandom random) throws IOException {
            List<AttackSocket> sockets = new ArrayList<>();
            try {
                for (int i = 0; i < 200; i++) {
                    sockets.add(
                            new AttackSocket(target)
                                    .send(get("/api/reads?viewer=v" + random.nextLong())));
                }
            } finally {
                sockets.forEach(AttackSocket::close);
            }
        }
    },
    /** gRPC calls with malformed metadata or messages. */
    BAD_CALLS {
        @Override
        void run(Target target, SplittableRandom random) throws IOException {
            byte[] head =
                    concat(
                            new byte[] {(byte) 0x83, (byte) 0x86, 0x04},
                            string("/rangestream.v1.RangeStreamService/StatObject"),
                            field("content-type", "application/grpc"),
                            field("te", "trailers"));
            byte[] tooLong = {0, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 1};
            try (AttackSocket socket = new AttackSocket(target)) {
                socket.startHttp2();
                for (int stream = 1; stream < 100; stream += 4) {
                    socket.frame(HEADERS, END_HEADERS, stream, head)
                            .frame(DATA, END_STREAM, stream, tooLong)
                            .frame(
                                    HEADERS,
                                    END_HEADERS | END_STREAM,
                                    stream + 2,
                                    concat(head, field("x-bin", "!")));
                }
                socket.drain(64 * 1024);
            }
        }
    },
    /** Readers that take no bytes. */
    PAUSED_READERS {
        @Override
        void run(Target target, SplittableRandom random) throws IOException {
            List<AttackSocket> sockets = new ArrayList<>();
            try {
                for (int i = 0; i < 100; i++) {
                    sockets.add(new AttackSocket(target).send(get(target.film())));
                }
                sockets.getFirst().drain(1);
            } finally {
                sockets.forEach(AttackSocket::close);
            }
        }
    };

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    /** The header block of GET / with the authority "a". */
    private static final byte[] GET_BLOCK = {(byte) 0x82, (byte) 0x86, 0x04, 1, '/', 0x01, 1, 'a'};

    abstract void run(Target target, SplittableRandom random) throws IOException;

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    /** A field that enters the dynamic table (RFC 7541, section 6.2.1). */
    private static byte[] literal(String name, int valueLength) {
        return concat(new byte[] {0x40}, string(name), string("a".repeat(valueLength)));
    }

    /** A field that does not enter it (RFC 7541, section 6.2.2). */
    private static byte[] field(String name, String value) {
        return concat(new byte[] {0}, string(name), string(value));
    }

    private static byte[] string(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int length = text.length();
        if (length < 127) {
            out.write(length);
        } else {
            out.write(127);
            for (length -= 127; length >= 128; length >>>= 7) {
                out.write(length & 127 | 128);
            }
            out.write(length);
        }
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        return out.toByteArray();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
