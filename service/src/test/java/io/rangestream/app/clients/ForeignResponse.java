package io.rangestream.app.clients;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The result of a gRPC call as a client in another language received it, in protobuf's JSON format.
 * Used by the tests of grpcurl and the Python client.
 *
 * @param details the details of the status, by type name
 * @param fields the fields of the initial metadata and of the trailers
 */
public record ForeignResponse(
        String code,
        String message,
        Map<String, JsonObject> details,
        Map<String, String> fields,
        List<JsonObject> parts) {
    private static final String GOOGLE_RPC = "type.googleapis.com/google.rpc.";

    public ForeignResponse {
        details = Map.copyOf(details);
        fields = Map.copyOf(fields);
        parts = List.copyOf(parts);
    }

    /** Parses details from a JSON array of Any. */
    static Map<String, JsonObject> details(JsonArray array) {
        Map<String, JsonObject> details = new HashMap<>();
        for (JsonElement element : array) {
            JsonObject detail = element.getAsJsonObject();
            String type = detail.remove("@type").getAsString();
            if (details.put(type.replace(GOOGLE_RPC, ""), detail) != null) {
                throw new AssertionError("duplicate: " + type);
            }
        }
        return details;
    }

    static Map<String, String> texts(JsonObject object) {
        Map<String, String> texts = new HashMap<>();
        object.entrySet().forEach(it -> texts.put(it.getKey(), it.getValue().getAsString()));
        return texts;
    }

    public String reason() {
        return text("ErrorInfo", "reason");
    }

    public String domain() {
        return text("ErrorInfo", "domain");
    }

    /** The metadata of ErrorInfo; empty without ErrorInfo or metadata. */
    public Map<String, String> metadata() {
        JsonObject info = details.getOrDefault("ErrorInfo", new JsonObject());
        return info.has("metadata") ? texts(info.getAsJsonObject("metadata")) : Map.of();
    }

    /** The id in RequestInfo; the client writes its name in snake_case or in camelCase. */
    public String requestId() {
        String snake = text("RequestInfo", "request_id");
        return snake.isEmpty() ? text("RequestInfo", "requestId") : snake;
    }

    /** The delay in RetryInfo, as in {@code 7s}; empty without RetryInfo. */
    public Optional<String> retryDelay() {
        String snake = text("RetryInfo", "retry_delay");
        return Optional.of(snake.isEmpty() ? text("RetryInfo", "retryDelay") : snake)
                .filter(delay -> !delay.isEmpty());
    }

    /** The names of the fields in BadRequest. */
    public List<String> violatedFields() {
        JsonObject badRequest = details.getOrDefault("BadRequest", new JsonObject());
        List<String> fields = new ArrayList<>();
        for (String name : List.of("field_violations", "fieldViolations")) {
            if (badRequest.has(name)) {
                for (JsonElement violation : badRequest.getAsJsonArray(name)) {
                    fields.add(violation.getAsJsonObject().get("field").getAsString());
                }
            }
        }
        return fields;
    }

    private String text(String type, String field) {
        JsonElement value = details.getOrDefault(type, new JsonObject()).get(field);
        return value == null ? "" : value.getAsString();
    }

    /** The parts of one kind, in order. */
    List<JsonObject> parts(String kind) {
        return parts.stream()
                .filter(part -> part.has(kind))
                .map(part -> part.getAsJsonObject(kind))
                .toList();
    }
}
