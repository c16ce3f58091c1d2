package io.rangestream.http;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds parameters in a raw query. Values stay raw, so that the caller decodes each once by {@link
 * PercentDecoding}.
 */
public final class QueryParameters {
    private QueryParameters() {}

    /**
     * The raw values of all parameters of one name, in order. Names are compared without decoding.
     */
    public static List<String> all(@Nullable String rawQuery, String name) {
        List<String> values = new ArrayList<>(1);
        if (rawQuery == null || rawQuery.isEmpty()) {
            return values;
        }
        int begin = 0;
        while (begin <= rawQuery.length()) {
            int ampersand = rawQuery.indexOf('&', begin);
            int end = ampersand < 0 ? rawQuery.length() : ampersand;
            String parameter = rawQuery.substring(begin, end);
            int equals = parameter.indexOf('=');
            String parameterName = equals < 0 ? parameter : parameter.substring(0, equals);
            if (parameterName.equals(name)) {
                values.add(equals < 0 ? "" : parameter.substring(equals + 1));
            }
            begin = end + 1;
        }
        return values;
    }
}
