package io.rangestream.app.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of a multipart/byteranges body that a client has stored in a file. Each part is parsed
 * by the length in its Content-Range, so that a misplaced delimiter is detected.
 */
public final class BodyParts {
    private static final Pattern BOUNDARY =
            Pattern.compile(
                    "^Content-Type: multipart/byteranges; boundary=(\\w+)$",
                    Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);
    private static final Pattern PART_HEAD =
            Pattern.compile(
                    "Content-Type: (\\S+)\r\nContent-Range: bytes (\\d+)-(\\d+)/(\\d+)\r\n\r\n");

    private BodyParts() {}

    /**
     * One part.
     *
     * @param bytes bytes as ISO 8859-1, one character for each byte
     */
    public record Part(
            String contentType, long firstPos, long lastPos, long completeLength, String bytes) {}

    /** The expected part for these bytes from a position on. */
    public static Part part(String contentType, long firstPos, byte[] bytes, long completeLength) {
        long lastPos = firstPos + bytes.length - 1;
        return new Part(contentType, firstPos, lastPos, completeLength, text(bytes));
    }

    /** Reads all parts. Fails if the file is not a valid body to its last byte. */
    public static List<Part> read(Path head, Path body) throws IOException {
        Matcher boundary = BOUNDARY.matcher(text(Files.readAllBytes(head)));
        assertThat(boundary.find()).as("a boundary in %s", head).isTrue();
        String delimiter = "\r\n--" + boundary.group(1);
        String rest = text(Files.readAllBytes(body));
        List<Part> parts = new ArrayList<>();
        while (!rest.equals(delimiter + "--\r\n")) {
            assertThat(rest).startsWith(delimiter + "\r\n");
            Matcher partHead = PART_HEAD.matcher(rest);
            partHead.region(delimiter.length() + 2, rest.length());
            assertThat(partHead.lookingAt()).as("a part's head in %s", rest).isTrue();
            long firstPos = Long.parseLong(partHead.group(2));
            long lastPos = Long.parseLong(partHead.group(3));
            int end = partHead.end() + Math.toIntExact(lastPos - firstPos + 1);
            parts.add(
                    new Part(
                            partHead.group(1),
                            firstPos,
                            lastPos,
                            Long.parseLong(partHead.group(4)),
                            rest.substring(partHead.end(), end)));
            rest = rest.substring(end);
        }
        return parts;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
