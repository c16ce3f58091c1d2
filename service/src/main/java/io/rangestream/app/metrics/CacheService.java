package io.rangestream.app.metrics;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.rangestream.engine.BlockEngine;
import io.rangestream.engine.BlockEngine.CachedObject;

import java.util.Comparator;

/**
 * {@code GET /observe/cache}: the cached objects as JSON, the one with the most cached bytes first.
 * Safe for use by several threads.
 */
public final class CacheService implements HttpService {
    private static final String PATH = "/observe/cache";

    // Bounds the response; the totals include all objects.
    private static final int MAX_OBJECTS = 1000;

    private final BlockEngine engine;

    public CacheService(BlockEngine engine) {
        this.engine = engine;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(PATH, this::respond);
    }

    private void respond(ServerRequest request, ServerResponse response) {
        response.headers().contentType(MediaTypes.APPLICATION_JSON);
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.send(json().toString());
    }

    private JsonObject json() {
        JsonObject json = new JsonObject();
        json.addProperty("memoryLimitBytes", engine.stats().budgetLimitBytes());
        json.addProperty("memoryUsedBytes", engine.stats().budgetUsedBytes());
        json.addProperty("cachedBytes", engine.stats().cachedBytes());
        var all = engine.cachedObjects();
        json.addProperty("objectCount", all.size());
        JsonArray objects = new JsonArray();
        all.stream()
                .sorted(Comparator.comparingLong(CachedObject::bytes).reversed())
                .limit(MAX_OBJECTS)
                .forEach(object -> objects.add(json(object)));
        json.add("objects", objects);
        return json;
    }

    private static JsonObject json(CachedObject object) {
        JsonObject json = new JsonObject();
        json.addProperty("bucket", object.id().bucket());
        json.addProperty("key", object.id().key());
        object.id().versionId().ifPresent(version -> json.addProperty("versionId", version));
        object.entityTag().ifPresent(tag -> json.addProperty("etag", tag.toString()));
        json.addProperty("completeLength", object.completeLength());
        json.addProperty("cachedBytes", object.bytes());
        json.addProperty("blocks", object.blocks());
        json.addProperty("openReads", object.openReads());
        return json;
    }
}
