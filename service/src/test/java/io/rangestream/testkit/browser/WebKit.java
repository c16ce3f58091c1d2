package io.rangestream.testkit.browser;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import io.rangestream.testkit.ChildProcess;
import io.rangestream.testkit.TestTimeout;
import io.rangestream.testkit.process.LoopbackPort;
import io.rangestream.testkit.tool.ExternalTool;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** WebKitGTK's MiniBrowser on a virtual display, driven by WebDriver. */
public final class WebKit implements ForeignBrowser {
    private static final Pattern DISPLAY = Pattern.compile("^(\\d+)$", Pattern.MULTILINE);

    private final ChildProcess display;
    private final ChildProcess driver;
    private final HttpClient client = HttpClient.newHttpClient();
    private final URI endpoint;
    private final String session;

    private WebKit(ChildProcess display, ChildProcess driver, URI endpoint) {
        this.display = display;
        this.driver = driver;
        this.endpoint = endpoint;
        Awaitility.await("WebKitWebDriver listens")
                .atMost(TestTimeout.LONG)
                .ignoreExceptions()
                .until(() -> send("GET", "/status", null).has("ready"));
        JsonObject options = new JsonObject();
        JsonArray arguments = new JsonArray();
        arguments.add("--automation");
        options.add("args", arguments);
        options.addProperty("binary", miniBrowser().toString());
        JsonObject always = new JsonObject();
        always.add("webkitgtk:browserOptions", options);
        JsonObject capabilities = new JsonObject();
        capabilities.add("alwaysMatch", always);
        JsonObject body = new JsonObject();
        body.add("capabilities", capabilities);
        this.session = "/session/" + send("POST", "/session", body).get("sessionId").getAsString();
    }

    /** Debian installs it below the library folder of the architecture. */
    private static Path miniBrowser() {
        try (var found =
                Files.find(
                        Path.of("/usr/lib"),
                        4,
                        (path, _) -> path.endsWith("MiniBrowser") && Files.isExecutable(path))) {
            return found.findFirst().orElseThrow(() -> new AssertionError("no MiniBrowser"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a display and a browser on it.
     *
     * @param home an empty folder, which the browser fills
     */
    public static WebKit launch(Path home) {
        Path displayNumber = ChildProcess.logFile("xvfb");
        try {
            ChildProcess display =
                    ChildProcess.start(
                            new ProcessBuilder(
                                            ExternalTool.XVFB.require().toString(),
                                            "-displayfd",
                                            "1",
                                            "-screen",
                                            "0",
                                            "1280x900x24",
                                            "-nolisten",
                                            "tcp")
                                    .redirectError(ChildProcess.logFile("xvfb-err").toFile())
                                    .redirectOutput(displayNumber.toFile()));
            try {
                return launch(home, display, number(displayNumber));
            } catch (RuntimeException | IOException e) {
                display.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String number(Path output) throws IOException {
        Awaitility.await("Xvfb's display")
                .atMost(TestTimeout.LONG)
                .until(() -> DISPLAY.matcher(Files.readString(output)).find());
        Matcher number = DISPLAY.matcher(Files.readString(output));
        if (!number.find()) {
            throw new IllegalStateException("the output no longer has the display number");
        }
        return number.group(1);
    }

    private static WebKit launch(Path home, ChildProcess display, String number)
            throws IOException {
        int port = LoopbackPort.free();
        ProcessBuilder builder =
                new ProcessBuilder(
                                ExternalTool.WEBKIT_WEB_DRIVER.require().toString(),
                                "--host=127.0.0.1",
                                "--port=" + port)
                        .redirectErrorStream(true)
                        .redirectOutput(ChildProcess.logFile("webkit-driver").toFile());
        builder.environment().put("DISPLAY", ":" + number);
        builder.environment().put("HOME", home.toString());
        builder.environment().put("GDK_BACKEND", "x11");
        builder.environment().put("LIBGL_ALWAYS_SOFTWARE", "1");
        builder.environment().put("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
        // The sandbox needs user namespaces, which containers do not allow.
        builder.environment().put("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1");
        builder.environment().remove("WAYLAND_DISPLAY");
        ChildProcess driver = ChildProcess.start(builder);
        try {
            return new WebKit(display, driver, URI.create("http://127.0.0.1:" + port));
        } catch (RuntimeException e) {
            driver.close();
            throw e;
        }
    }

    private JsonObject send(String method, String path, @Nullable JsonObject body) {
        JsonElement value = value(method, path, body);
        return value.isJsonObject() ? value.getAsJsonObject() : new JsonObject();
    }

    private JsonElement value(String method, String path, @Nullable JsonObject body) {
        HttpRequest request =
                HttpRequest.newBuilder(endpoint.resolve(path))
                        .timeout(TestTimeout.LONG)
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build();
        try {
            HttpResponse<String> response =
                    client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new AssertionError(path + ": " + response.body());
            }
            return JsonParser.parseString(response.body()).getAsJsonObject().get("value");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void open(String url) {
        JsonObject body = new JsonObject();
        body.addProperty("url", url);
        send("POST", session + "/url", body);
    }

    @Override
    public JsonElement run(String script) {
        JsonObject body = new JsonObject();
        body.addProperty(
                "script",
                "const done = arguments[0];"
                        + "(async () => {"
                        + script
                        + "})().then(value => done(JSON.stringify({ value: value ?? null })),"
                        + " error => done(JSON.stringify({ error: String(error) })));");
        body.add("args", new JsonArray());
        JsonObject result =
                JsonParser.parseString(
                                value("POST", session + "/execute/async", body).getAsString())
                        .getAsJsonObject();
        if (result.has("error")) {
            throw new AssertionError(script + ": " + result.get("error"));
        }
        return result.get("value");
    }

    @Override
    public void close() {
        try (client) {
            driver.close();
        } finally {
            display.close();
        }
    }
}
