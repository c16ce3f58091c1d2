package io.rangestream.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.http.RequestException;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * The requests that {@link Http1RequestReader} reads from a connection's bytes.
 *
 * @param heads each request's method and target, with " close" if the connection ends after it
 * @param status the status of the refusal at the end; 0 if no request was refused
 */
record ReadRequests(List<String> heads, int status) {
    static ReadRequests of(Collection<byte[]> segments) {
        List<byte[]> arriving = segments.stream().filter(bytes -> bytes.length > 0).toList();
        Http1RequestReader reader =
                new Http1RequestReader(new ScriptedArrivals(arriving, true), () -> {});
        List<String> heads = new ArrayList<>();
        try {
            for (byte[] head = reader.next(); head != null; head = reader.next()) {
                heads.add(summary(new String(head, StandardCharsets.ISO_8859_1)));
            }
            return new ReadRequests(heads, 0);
        } catch (RequestException e) {
            assertThat(reader.next()).as("nothing follows a refusal").isNull();
            return new ReadRequests(heads, e.status().code());
        }
    }

    /** Checks the properties that Helidon relies on; returns the text for {@link #heads}. */
    private static String summary(String head) {
        assertThat(head).endsWith("\r\n\r\n");
        String[] lines = head.substring(0, head.length() - 4).split("\r\n", -1);
        assertThat(lines[0]).matches("[A-Z-]+ [\\x21-\\xff]+ HTTP/1\\.1");
        boolean closes = false;
        for (int i = 1; i < lines.length; i++) {
            assertThat(lines[i])
                    .matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\\t\\x20-\\x7e\\x80-\\xff]*");
            assertThat(lines[i].toLowerCase(Locale.ROOT))
                    .doesNotMatch("content-length:(?!\\s*0*\\s*$).*")
                    .doesNotStartWith("transfer-encoding:");
            closes |= lines[i].matches("(?i)connection:[ \\t]*close[ \\t]*");
        }
        String line = lines[0].substring(0, lines[0].lastIndexOf(' '));
        return closes ? line + " close" : line;
    }
}
