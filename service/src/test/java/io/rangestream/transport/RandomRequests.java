package io.rangestream.transport;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/** Random valid requests that follow each other on one connection, and corrupted forms of them. */
final class RandomRequests {
    /** A target that occurs only in content. */
    static final String SMUGGLED = "/smuggled";

    private static final String SMUGGLED_REQUEST =
            "\r\n0\r\n\r\nGET " + SMUGGLED + " HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final List<String> METHODS =
            List.of("GET", "GET", "HEAD", "POST", "OPTIONS", "PROPFIND", "BREW", "get");
    private static final List<String> FIELDS =
            List.of(
                    "Range: bytes=0-4",
                    "range:bytes=0-4",
                    "X-Empty:",
                    "X-Blank: \t ",
                    "X-Text: \u00e4 \"quoted, text\"; a=b",
                    "Connection: keep-alive",
                    "Connection: keep-alive, Upgrade",
                    "Content-Length-X: 5",
                    "TE: trailers");
    private static final List<String> EXTENSIONS =
            List.of("", "", ";a", ";a=b", " ; a = b", ";a=\"b;c\"", ";a=\"\\\"\\\\\";b", ";;");
    private static final String REPLACEMENTS = "\r\n\t :;,\"\\0019afFxX+-\0\u007f\u00e4GH/.";

    private final SplittableRandom random;
    private final StringBuilder bytes = new StringBuilder();
    private final List<String> heads = new ArrayList<>();

    private RandomRequests(SplittableRandom random) {
        this.random = random;
    }

    static RandomRequests of(SplittableRandom random) {
        RandomRequests requests = new RandomRequests(random);
        int count = random.nextInt(1, 5);
        for (int i = 0; i < count; i++) {
            requests.add(i);
        }
        return requests;
    }

    String bytes() {
        return bytes.toString();
    }

    /** The expected {@link ReadRequests#heads}. */
    List<String> heads() {
        return heads;
    }

    /** The same bytes, some of them changed, removed or inserted. */
    String corrupted() {
        StringBuilder corrupted = new StringBuilder(bytes);
        int changes = random.nextInt(1, 4);
        for (int i = 0; i < changes && !corrupted.isEmpty(); i++) {
            int at = random.nextInt(corrupted.length());
            char c = REPLACEMENTS.charAt(random.nextInt(REPLACEMENTS.length()));
            switch (random.nextInt(4)) {
                case 0 -> corrupted.setCharAt(at, c);
                case 1 -> corrupted.insert(at, c);
                case 2 -> corrupted.deleteCharAt(at);
                default -> corrupted.setLength(Math.max(1, at));
            }
        }
        return corrupted.toString();
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private void add(int number) {
        String method = one(METHODS);
        String target = "/" + number + "?q=" + random.nextInt(100);
        bytes.append("\r\n".repeat(random.nextInt(3)));
        bytes.append(method).append(' ').append(target).append(" HTTP/1.");
        bytes.append(random.nextInt(10) == 0 ? '2' : '1').append("\r\nHost: a\r\n");
        int fields = random.nextInt(4);
        for (int i = 0; i < fields; i++) {
            bytes.append(one(FIELDS)).append("\r\n");
        }
        switch (random.nextInt(3)) {
            case 0 -> bytes.append("\r\n");
            case 1 -> {
                String content = content();
                bytes.append("Content-Length:  ").append(content.length()).append("\r\n\r\n");
                bytes.append(content);
            }
            default -> {
                bytes.append(one(List.of("Transfer-Encoding", "transfer-encoding")));
                bytes.append(": ").append(one(List.of("chunked", "Chunked"))).append("\r\n\r\n");
                addChunks();
            }
        }
        heads.add((RegisteredMethods.contains(method) ? method : "OTHER") + " " + target);
    }

    private String content() {
        return random.nextBoolean()
                ? SMUGGLED_REQUEST.repeat(random.nextInt(3))
                : "x".repeat(random.nextInt(200)) + SMUGGLED_REQUEST;
    }

    private void addChunks() {
        int chunks = random.nextInt(4);
        for (int i = 0; i < chunks; i++) {
            String content = content();
            if (content.isEmpty()) {
                continue;
            }
            String size = Integer.toHexString(content.length());
            bytes.append("0".repeat(random.nextInt(3)));
            bytes.append(random.nextBoolean() ? size : upperCase(content.length()));
            bytes.append(one(EXTENSIONS)).append("\r\n").append(content).append("\r\n");
        }
        bytes.append("0".repeat(random.nextInt(1, 4))).append(one(EXTENSIONS)).append("\r\n");
        bytes.append(one(List.of("", "", "X-Sum: 1\r\n", "A: b\r\nContent-Length: 7\r\n")));
        bytes.append("\r\n");
    }

    private static String upperCase(int number) {
        return HexFormat.of().withUpperCase().toHexDigits((short) number);
    }
}
