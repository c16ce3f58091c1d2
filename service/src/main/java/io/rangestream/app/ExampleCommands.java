package io.rangestream.app;

import com.google.gson.JsonObject;

import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Prints commands to paste that read the first object found, for {@code --examples}. */
final class ExampleCommands {
    private ExampleCommands() {}

    static void print(RunningServer server, PrintStream out) {
        String authority = server.authority();
        out.println();
        out.println("  Page:    http://" + authority + "/");
        Optional<Map.Entry<String, String>> first = server.firstObject();
        if (first.isEmpty()) {
            return;
        }
        String bucket = first.get().getKey();
        String key = first.get().getValue();
        String url = "http://" + authority + "/objects/" + encode(bucket) + "/" + encode(key);
        out.println("  curl:    curl -i -r 4-7 " + quote(url));
        JsonObject range = new JsonObject();
        range.addProperty("first_pos", 4);
        range.addProperty("last_pos", 7);
        JsonObject request = new JsonObject();
        request.addProperty("bucket", bucket);
        request.addProperty("key", key);
        request.add("int_range", range);
        out.println(
                "  grpcurl: grpcurl -plaintext -d "
                        + quote(request.toString())
                        + " "
                        + authority
                        + " rangestream.v1.RangeStreamService/ReadRange");
        out.println();
    }

    private static String encode(String key) {
        return Arrays.stream(key.split("/", -1))
                .map(segment -> URLEncoder.encode(segment, StandardCharsets.UTF_8))
                .map(segment -> segment.replace("+", "%20"))
                .collect(Collectors.joining("/"));
    }

    /** As one word of a POSIX shell. */
    private static String quote(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
