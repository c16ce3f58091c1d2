package io.rangestream.testkit.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A response to one HTTP request, as it was received. Immutable.
 *
 * @param fields in the order of arrival, with names as they were written
 * @param complete whether the body was received to its end: its Content-Length, or END_STREAM
 */
// These records are never compared, and their arrays are never changed.
@SuppressWarnings("ArrayRecordComponent")
public record WireResponse(
        int status, List<Map.Entry<String, String>> fields, byte[] body, boolean complete) {
    public WireResponse {
        fields = List.copyOf(fields);
    }

    /** All values of a field; the case of its name is ignored. */
    public List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    /**
     * The value of a field; empty if the field is missing.
     *
     * @throws AssertionError if the field is repeated
     */
    public Optional<String> field(String name) {
        List<String> values = all(name);
        if (values.size() > 1) {
            throw new AssertionError(name + " was received " + values.size() + " times: " + values);
        }
        return values.stream().findFirst();
    }

    /** The names of all fields, in lower case. */
    public List<String> names() {
        return fields.stream().map(field -> field.getKey().toLowerCase(Locale.ROOT)).toList();
    }

    /** The body in ISO 8859-1, one character for each byte. */
    public String text() {
        return new String(body, StandardCharsets.ISO_8859_1);
    }
}
