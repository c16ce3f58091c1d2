package io.rangestream.app.clients;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import io.rangestream.app.Readme;
import io.rangestream.app.Shell;
import io.rangestream.testkit.process.TalkingProcess;
import io.rangestream.testkit.tool.ExternalTool;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A client in Python, on stubs that the README's own lines have made. What it is to call it is told
 * call by call, and says what came of each.
 */
final class PythonClient implements AutoCloseable {
    private static final Path PROGRAM =
            Path.of("src", "test", "python", "foreign_client.py").toAbsolutePath();

    /** Stubs of what is not ours, which the README has no line for. */
    private static final String MORE_STUBS =
            "venv/bin/python -m grpc_tools.protoc -I proto/src/vendor/protobuf"
                    + " --python_out=stubs google/bytestream/bytestream.proto";

    private final TalkingProcess process;

    private PythonClient(TalkingProcess process) {
        this.process = process;
    }

    /** Makes them in {@code folder}. */
    static void makeStubs(Path folder) throws IOException, InterruptedException {
        String lines = Readme.sdkSamples("Python", "sh").getLast();
        Shell.pasteFromSdkReadme(lines + MORE_STUBS, folder, List.of());
    }

    /** Begins to talk to a server, by stubs in {@code folder}. */
    static PythonClient start(Path folder, int port) {
        return new PythonClient(
                TalkingProcess.start(
                        List.of(
                                ExternalTool.PYTHON.require().toString(),
                                PROGRAM.toString(),
                                "127.0.0.1:" + port),
                        Map.of("PYTHONPATH", folder.resolve("stubs").toString()),
                        "python-client"));
    }

    /** What a call gives. */
    record Answer(ForeignAnswer told, Map<String, String> initial, JsonObject data) {
        /** The bytes that came, of all chunks. */
        byte[] bytes() {
            return bytes(0);
        }

        /** Those of one range. */
        public byte[] bytes(long readId) {
            JsonElement base64 = data.get(Long.toString(readId));
            return base64 == null ? new byte[0] : Base64.getDecoder().decode(base64.getAsString());
        }
    }

    /** Makes a call, with so many requests. */
    Answer call(String method, String... requests) {
        return call(method, new JsonObject(), requests);
    }

    /** The same with further words to it. */
    Answer call(String method, JsonObject words, String... requests) {
        return answer(say(method, words, requests));
    }

    /** Makes a call and lets it rest after its first message, until {@code meanwhile} is over. */
    Answer pausing(String method, String request, Runnable meanwhile) {
        JsonObject words = new JsonObject();
        words.addProperty("pause_after", 1);
        JsonObject paused = say(method, words, request);
        if (!paused.has("paused")) {
            throw new AssertionError("ended already: " + paused);
        }
        meanwhile.run();
        return answer(JsonParser.parseString(process.ask("go on")).getAsJsonObject());
    }

    private JsonObject say(String method, JsonObject words, String... requests) {
        words.addProperty("method", method);
        JsonArray array = new JsonArray();
        for (String request : requests) {
            array.add(JsonParser.parseString(request));
        }
        words.add("requests", array);
        return JsonParser.parseString(process.ask(words.toString())).getAsJsonObject();
    }

    private static Answer answer(JsonObject result) {
        List<JsonObject> parts = new ArrayList<>();
        result.getAsJsonArray("parts").forEach(part -> parts.add(part.getAsJsonObject()));
        Map<String, String> initial = ForeignAnswer.texts(result.getAsJsonObject("initial"));
        Map<String, String> all = ForeignAnswer.texts(result.getAsJsonObject("trailing"));
        all.putAll(initial);
        return new Answer(
                new ForeignAnswer(
                        result.get("code").getAsString(),
                        result.get("message").getAsString(),
                        ForeignAnswer.details(result.getAsJsonArray("details")),
                        all,
                        parts),
                initial,
                result.getAsJsonObject("data"));
    }

    @Override
    public void close() {
        process.close();
    }
}
