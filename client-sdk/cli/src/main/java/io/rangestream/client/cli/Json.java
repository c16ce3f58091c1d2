package io.rangestream.client.cli;

import com.google.gson.JsonObject;

import io.rangestream.client.ListEntry;
import io.rangestream.client.ListedObject;
import io.rangestream.client.ObjectMetadata;

import java.time.Instant;
import java.util.Optional;

/** The JSON of {@code --json}. Unknown properties have no member. Lengths are in bytes. */
final class Json {
    private Json() {}

    static JsonObject bucket(String name) {
        JsonObject json = new JsonObject();
        json.addProperty("bucket", name);
        return json;
    }

    static JsonObject entry(ListEntry entry) {
        JsonObject json = new JsonObject();
        Optional<ListedObject> listed = entry.object();
        if (listed.isEmpty()) {
            json.addProperty("commonPrefix", entry.name());
            return json;
        }
        ListedObject object = listed.get();
        json.addProperty("key", object.key());
        json.addProperty("completeLength", object.completeLength());
        add(json, "etag", object.etag());
        add(json, "lastModified", object.lastModified().map(Instant::toString));
        return json;
    }

    static JsonObject metadata(ObjectMetadata metadata) {
        JsonObject json = bucket(metadata.bucket());
        json.addProperty("key", metadata.key());
        add(json, "versionId", metadata.versionId());
        json.addProperty("completeLength", metadata.completeLength());
        add(json, "etag", metadata.etag());
        add(json, "lastModified", metadata.lastModified().map(Instant::toString));
        add(json, "contentType", metadata.contentType());
        add(json, "contentEncoding", metadata.contentEncoding());
        metadata.checksum()
                .ifPresent(
                        sum -> {
                            JsonObject checksum = new JsonObject();
                            checksum.addProperty("algorithm", sum.algorithm());
                            checksum.addProperty("type", sum.type().name());
                            checksum.addProperty("value", sum.value());
                            json.add("checksum", checksum);
                        });
        return json;
    }

    private static void add(JsonObject json, String name, Optional<String> value) {
        value.ifPresent(known -> json.addProperty(name, known));
    }
}
