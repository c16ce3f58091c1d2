package io.rangestream.app.page;

import static io.rangestream.app.ServedEndpoints.FILMS;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.rangestream.app.Await;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.store.StoredFields;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.tool.ExternalTool;
import io.rangestream.testkit.tool.RequiresTool;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Opens objects that contain scripts, and a PDF, in a real browser: the Content-Security-Policy
 * prevents scripts and lets the PDF open.
 */
@RequiresTool(ExternalTool.CHROMIUM)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
final class ObjectScriptsIT {
    private static final String POLICY = "content-security-policy";
    private static final String HTML =
            """
            <!doctype html><title>object</title>
            <script>fetch('/objects/films/script-ran')</script>
            <img src="/objects/films/image-shown">
            """;
    private static final String SVG =
            """
            <svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">
            <script>fetch('/objects/films/script-ran')</script>
            <image href="/objects/films/image-shown" width="9" height="9"/>
            </svg>
            """;

    private ServedEndpoints served;
    private WebServer server;
    private HeadlessChromium chromium;

    @BeforeAll
    void start() {
        served = new ServedEndpoints();
        put("page.html", "text/html", HTML);
        put("drawing.svg", "image/svg+xml", SVG);
        put("document.xml", "application/xml", SVG);
        put("document.pdf", "application/pdf", pdf());
        WebServerConfig.Builder builder = WebServer.builder().host("127.0.0.1").port(0);
        served.configure(builder);
        server = builder.build().start();
        chromium = HeadlessChromium.launch(ExternalTool.CHROMIUM.require());
    }

    @AfterAll
    void stop() {
        chromium.close();
        server.stop();
        served.close();
    }

    private void put(String key, String type, String text) {
        served.memory.put(
                FILMS,
                key,
                text.getBytes(StandardCharsets.ISO_8859_1),
                StoredFields.ofContentType(Optional.of(type)));
    }

    /** A PDF document with one empty page. */
    private static String pdf() {
        List<String> objects =
                List.of(
                        "<< /Type /Catalog /Pages 2 0 R >>",
                        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>");
        StringBuilder pdf = new StringBuilder("%PDF-1.4\n");
        StringBuilder table = new StringBuilder("0000000000 65535 f \n");
        for (int i = 0; i < objects.size(); i++) {
            table.append("%010d 00000 n \n".formatted(pdf.length()));
            pdf.append(i + 1).append(" 0 obj\n").append(objects.get(i)).append("\nendobj\n");
        }
        int tableAt = pdf.length();
        return pdf.append("xref\n0 4\n")
                .append(table)
                .append("trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n")
                .append(tableAt)
                .append("\n%%EOF\n")
                .toString();
    }

    private String url(String key) {
        return "http://127.0.0.1:" + server.port() + "/objects/films/" + key;
    }

    /** The keys that the browser requests when it opens an object. */
    private List<String> open(String key, Consumer<Page> setUp) {
        List<String> asked = new CopyOnWriteArrayList<>();
        try (BrowserContext context = chromium.newContext(new Browser.NewContextOptions())) {
            Page page = context.newPage();
            setUp.accept(page);
            page.onRequest(
                    request ->
                            asked.add(request.url().substring(request.url().lastIndexOf('/') + 1)));
            page.navigate(url(key));
            Await.until(page, "the image of " + key, () -> asked.contains("image-shown"));
            // The script precedes the image, so its request would also precede the image's.
            return new ArrayList<>(asked);
        }
    }

    /** Changes the response fields of an object between the server and the page. */
    private static void change(Page page, String key, Consumer<Map<String, String>> change) {
        page.route(
                "**/" + key,
                route -> {
                    APIResponse response = route.fetch();
                    Map<String, String> fields = new HashMap<>(response.headers());
                    change.accept(fields);
                    route.fulfill(
                            new Route.FulfillOptions().setResponse(response).setHeaders(fields));
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"page.html", "drawing.svg", "document.xml"})
    @Covers("objects-may-run-script")
    void scriptInAnObjectDoesNotRun(String key) {
        assertThat(open(key, page -> {})).doesNotContain("script-ran");
        // Without the sandbox policy the script runs.
        assertThat(open(key, page -> change(page, key, fields -> fields.remove(POLICY))))
                .contains("script-ran");
    }

    @Test
    @Covers("objects-may-run-script")
    void pdfOpensInTheViewer() {
        try (BrowserContext context = chromium.newContext(new Browser.NewContextOptions())) {
            Page page = context.newPage();
            page.navigate(url("document.pdf"));
            Await.until(page, "Chromium's viewer", () -> hasViewer(page));
        }
    }

    /** The reason for sending a PDF without the sandbox policy. */
    @Test
    void sandboxedPdfDoesNotOpen() {
        try (BrowserContext context = chromium.newContext(new Browser.NewContextOptions())) {
            Page page = context.newPage();
            change(page, "document.pdf", fields -> fields.put(POLICY, "sandbox"));
            page.navigate(url("document.pdf"));
            assertThat(hasViewer(page)).isFalse();
        }
    }

    /** The viewer is an extension in a separate frame. */
    private static boolean hasViewer(Page page) {
        return page.frames().stream()
                .anyMatch(frame -> frame.url().startsWith("chrome-extension://"));
    }
}
