package io.rangestream.app.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;

import io.rangestream.app.RequestLines;
import io.rangestream.app.page.PlayedFilm;
import io.rangestream.testkit.browser.Firefox;
import io.rangestream.testkit.browser.ForeignBrowser;
import io.rangestream.testkit.browser.WebKit;
import io.rangestream.testkit.process.RangestreamProcess;
import io.rangestream.testkit.tool.ExternalTool;
import io.rangestream.testkit.tool.RequiresTool;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.nio.file.Path;
import java.time.Duration;

/** Opens the page in Firefox and in WebKitGTK, chooses a film, plays it and seeks. */
@Execution(ExecutionMode.SAME_THREAD)
final class ForeignBrowsersIT {
    private static final Path FILMS = Path.of("demo", "films");
    private static final String FILM = "timecode.mp4";
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Test
    @RequiresTool(ExternalTool.FIREFOX)
    void firefoxPlaysAndSeeks(@TempDir Path profile) {
        try (ForeignBrowser firefox = Firefox.launch(profile)) {
            playsAndSeeks(firefox);
        }
    }

    @Test
    @RequiresTool({ExternalTool.WEBKIT_WEB_DRIVER, ExternalTool.XVFB})
    void webKitPlaysAndSeeks(@TempDir Path home) {
        try (ForeignBrowser webKit = WebKit.launch(home)) {
            playsAndSeeks(webKit);
        }
    }

    private static void playsAndSeeks(ForeignBrowser browser) {
        try (RangestreamProcess server = RangestreamProcess.start("--directory", "demo=" + FILMS)) {
            browser.open(server.uri() + "/");
            awaitTrue(
                    browser,
                    "the library shows the film",
                    "[...document.querySelectorAll('a')]"
                            + ".some(link => link.textContent.includes('"
                            + FILM
                            + "'))");
            browser.run(
                    """
                    document.querySelector('#video').muted = true;
                    [...document.querySelectorAll('a')]
                        .find(link => link.textContent.includes('%s')).click();
                    """
                            .formatted(FILM));
            awaitTrue(
                    browser,
                    "the first picture is loaded",
                    "document.querySelector('#video').readyState >= 2");
            browser.run("document.querySelector('#video').play().catch(() => {});");
            awaitTrue(
                    browser, "the film plays", "document.querySelector('#video').currentTime > 1");
            seek(browser, 45);
            seek(browser, 12);
            awaitTrue(
                    browser,
                    "the table shows reads",
                    "document.querySelectorAll('#reads-body tr').length > 0");
            // WebKitGTK first reads the whole film, and reads ranges once it seeks. Firefox begins
            // with a range; on a fast connection it needs no other.
            Awaitility.await("the film is read by ranges")
                    .atMost(TIMEOUT)
                    .until(() -> !RequestLines.firstPositions(server, FILM).isEmpty());
        }
    }

    /** Seeks and checks the second that the picture shows: see {@link PlayedFilm}. */
    private static void seek(ForeignBrowser browser, int second) {
        browser.run(
                """
                const video = document.querySelector('#video');
                video.pause();
                await new Promise(resolve => {
                  video.addEventListener('seeked', resolve, { once: true });
                  video.currentTime = %d.5;
                });
                """
                        .formatted(second));
        Awaitility.await("the picture of second " + second)
                .atMost(TIMEOUT)
                .untilAsserted(
                        () -> {
                            JsonArray picture =
                                    browser.run(
                                                    "return ("
                                                            + PlayedFilm.READ_PICTURE
                                                            + ")(document.querySelector('#video'))")
                                            .getAsJsonArray();
                            assertThat(picture.get(1).getAsInt()).isEqualTo(second);
                        });
    }

    private static void awaitTrue(ForeignBrowser browser, String what, String expression) {
        Awaitility.await(what)
                .atMost(TIMEOUT)
                .until(() -> browser.run("return " + expression + ";").getAsBoolean());
    }
}
