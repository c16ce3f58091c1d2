package io.rangestream.app;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import io.rangestream.testkit.process.RangestreamProcess;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a running program has logged of requests. A line comes a little after its answer. */
public final class RequestLines {
    private static final Pattern FIRST_POS = Pattern.compile("bytes=(\\d+)-\\d*");

    private RequestLines() {}

    /** The lines about one object, whole ones only. */
    public static List<JsonObject> of(RangestreamProcess server, String key) {
        String printed = server.printed();
        return printed.substring(0, printed.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .filter(line -> line.has("key") && line.get("key").getAsString().equals(key))
                .toList();
    }

    /** Where the ranges begin that were asked of an object and answered by 206. */
    public static Set<Long> firstPositions(RangestreamProcess server, String key) {
        return of(server, key).stream()
                .filter(line -> line.has("range") && line.get("status").getAsString().equals("206"))
                .map(line -> FIRST_POS.matcher(line.get("range").getAsString()))
                .filter(Matcher::matches)
                .map(range -> Long.parseLong(range.group(1)))
                .collect(Collectors.toSet());
    }
}
