package io.rangestream.app;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import io.rangestream.testkit.process.RangestreamProcess;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads the request log of a running program. A line is logged shortly after the client receives
 * the end of its response.
 */
public final class RequestLines {
    private static final Pattern FIRST_POS = Pattern.compile("bytes=(\\d+)-\\d*");

    private RequestLines() {}

    /** The complete lines about one object; a line still being written is left out. */
    public static List<JsonObject> of(RangestreamProcess server, String key) {
        String printed = server.printed();
        return printed.substring(0, printed.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .filter(line -> line.has("key") && line.get("key").getAsString().equals(key))
                .toList();
    }

    /** The first positions of an object's requested ranges that got a 206. */
    public static Set<Long> firstPositions(RangestreamProcess server, String key) {
        return of(server, key).stream()
                .filter(line -> line.has("range") && line.get("status").getAsString().equals("206"))
                .map(line -> FIRST_POS.matcher(line.get("range").getAsString()))
                .filter(Matcher::matches)
                .map(range -> Long.parseLong(range.group(1)))
                .collect(Collectors.toSet());
    }
}
