package io.rangestream.testkit.browser;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import io.rangestream.testkit.ChildProcess;
import io.rangestream.testkit.TestTimeout;
import io.rangestream.testkit.tool.ExternalTool;

import org.awaitility.Awaitility;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A headless Firefox, driven by WebDriver BiDi without a separate driver program. */
public final class Firefox implements ForeignBrowser {
    private static final Pattern LISTENING =
            Pattern.compile("WebDriver BiDi listening on (ws://\\S+)");

    /** Allows playback without a click; forbids updates, portal detection and remote lists. */
    private static final String PREFERENCES =
            """
            user_pref("media.autoplay.default", 0);
            user_pref("media.gmp-manager.updateEnabled", false);
            user_pref("app.update.disabledForTesting", true);
            user_pref("browser.safebrowsing.update.enabled", false);
            user_pref("browser.shell.checkDefaultBrowser", false);
            user_pref("datareporting.policy.dataSubmissionEnabled", false);
            user_pref("extensions.update.enabled", false);
            user_pref("network.captive-portal-service.enabled", false);
            user_pref("network.connectivity-service.enabled", false);
            user_pref("services.settings.server", "data:,#remote-settings-dummy/v1");
            user_pref("toolkit.telemetry.server", "data:,");
            """;

    private final ChildProcess process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final WebSocket socket;
    private final String context;
    private long lastId;

    private Firefox(ChildProcess process, URI endpoint) {
        this.process = process;
        this.socket =
                client.newWebSocketBuilder()
                        .buildAsync(endpoint.resolve("/session"), new Listener(messages))
                        .join();
        JsonObject noCapabilities = new JsonObject();
        noCapabilities.add("capabilities", new JsonObject());
        ask("session.new", noCapabilities);
        this.context =
                ask("browsingContext.getTree", new JsonObject())
                        .getAsJsonArray("contexts")
                        .get(0)
                        .getAsJsonObject()
                        .get("context")
                        .getAsString();
    }

    /**
     * Starts a browser.
     *
     * @param profile an empty folder, which the browser fills
     */
    public static Firefox launch(Path profile) {
        Path log = ChildProcess.logFile("firefox");
        try {
            Files.writeString(profile.resolve("user.js"), PREFERENCES);
            ProcessBuilder builder =
                    new ProcessBuilder(
                                    ExternalTool.FIREFOX.require().toString(),
                                    "--headless",
                                    "--no-remote",
                                    "--profile",
                                    profile.toString(),
                                    "--remote-debugging-port",
                                    "0")
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile());
            builder.environment().put("HOME", profile.toString());
            ChildProcess process = ChildProcess.start(builder);
            try {
                Awaitility.await("Firefox listens")
                        .atMost(TestTimeout.LONG)
                        .until(() -> LISTENING.matcher(Files.readString(log)).find());
                Matcher listening = LISTENING.matcher(Files.readString(log));
                if (!listening.find()) {
                    throw new IllegalStateException("the log no longer has the address");
                }
                return new Firefox(process, URI.create(listening.group(1)));
            } catch (RuntimeException e) {
                process.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Listener(BlockingQueue<String> messages, StringBuilder parts)
            implements WebSocket.Listener {
        Listener(BlockingQueue<String> messages) {
            this(messages, new StringBuilder());
        }

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            parts.append(data);
            if (last) {
                messages.add(parts.toString());
                parts.setLength(0);
            }
            return WebSocket.Listener.super.onText(webSocket, data, last);
        }
    }

    private JsonObject ask(String method, JsonObject parameters) {
        long id = ++lastId;
        JsonObject command = new JsonObject();
        command.addProperty("id", id);
        command.addProperty("method", method);
        command.add("params", parameters);
        socket.sendText(command.toString(), true).join();
        while (true) {
            JsonObject response = next(method);
            if (!response.has("id") || response.get("id").getAsLong() != id) {
                continue;
            }
            if (response.get("type").getAsString().equals("error")) {
                throw new AssertionError(method + ": " + response);
            }
            return response.getAsJsonObject("result");
        }
    }

    private JsonObject next(String method) {
        try {
            String message = messages.poll(TestTimeout.LONG.toSeconds(), TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError(method + ": no response in time");
            }
            return JsonParser.parseString(message).getAsJsonObject();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void open(String url) {
        JsonObject parameters = new JsonObject();
        parameters.addProperty("context", context);
        parameters.addProperty("url", url);
        parameters.addProperty("wait", "complete");
        ask("browsingContext.navigate", parameters);
    }

    @Override
    public JsonElement run(String body) {
        JsonObject target = new JsonObject();
        target.addProperty("context", context);
        JsonObject parameters = new JsonObject();
        parameters.addProperty(
                "functionDeclaration",
                "async () => JSON.stringify(await (async () => {" + body + "})() ?? null)");
        parameters.addProperty("awaitPromise", true);
        parameters.addProperty("userActivation", true);
        parameters.add("target", target);
        parameters.add("arguments", new JsonArray());
        JsonObject result = ask("script.callFunction", parameters);
        if (!result.get("type").getAsString().equals("success")) {
            throw new AssertionError(body + ": " + result.getAsJsonObject("exceptionDetails"));
        }
        return JsonParser.parseString(result.getAsJsonObject("result").get("value").getAsString());
    }

    @Override
    public void close() {
        try (client) {
            socket.abort();
        } finally {
            process.close();
        }
    }
}
