package io.rangestream.testkit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What came over a wire as the answer to one HTTP request.
 *
 * @param fields in the order they came, names as they were written
 * @param complete whether the body came to its declared end
 */
// Nobody compares these records, and nobody writes to their arrays.
@SuppressWarnings("ArrayRecordComponent")
public record WireAnswer(
        int status, List<Map.Entry<String, String>> fields, byte[] body, boolean complete) {
    public WireAnswer {
        fields = List.copyOf(fields);
    }

    /** All values of a field, whatever the case of its name. */
    public List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** A field's value; empty where it is not there. A field that came twice is an error. */
    public Optional<String> field(String name) {
        List<String> values = all(name);
        if (values.size() > 1) {
            throw new AssertionError(name + " came " + values.size() + " times: " + values);
        }
        return values.stream().findFirst();
    }

    /** The names of all fields, in lower case. */
    public List<String> names() {
        return fields.stream().map(field -> field.getKey().toLowerCase(Locale.ROOT)).toList();
    }

    /** The body, taken as ISO 8859-1: a character a byte. */
    public String text() {
        return new String(body, StandardCharsets.ISO_8859_1);
    }
}
