package io.rangestream.app.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;

import io.rangestream.app.Await;
import io.rangestream.app.fault.TappedServer;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.process.RangestreamProcess;
import io.rangestream.testkit.tool.ExternalTool;
import io.rangestream.testkit.tool.RequiresTool;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Several tabs of one browser share one event stream, because a browser opens at most six HTTP/1.1
 * connections to an origin.
 */
@RequiresTool(ExternalTool.CHROMIUM)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
final class PageTabsIT {
    private static final String READS = "/api/reads";
    private static final String OBJECTS = "/objects/";
    private static final int FREE_BYTES = 512 * 1024 * 1024;

    /** A feature that a browser lacks, so that the tabs share the stream in another way. */
    enum Lacking {
        NOTHING(""),
        SHARED_WORKERS("delete window.SharedWorker;"),
        SHARED_WORKERS_OF_MODULES(
                "window.SharedWorker = class { constructor() { throw new TypeError('refused'); }"
                        + " };");

        private final String script;

        Lacking(String script) {
            this.script = script;
        }
    }

    /** Makes a tab's visibility settable, because a headless browser does not change it. */
    private static final String VISIBILITY =
            """
            window.visibility = 'visible';
            Object.defineProperty(document, 'visibilityState', { get: () => window.visibility });
            """;

    private static final String SET_VISIBILITY =
            """
            visibility => {
              window.visibility = visibility;
              document.dispatchEvent(new Event('visibilitychange'));
            }
            """;

    private RangestreamProcess server;
    private HeadlessChromium chromium;
    private TappedServer tap;
    private BrowserContext context;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        for (String name : List.of("a", "b", "c", "d", "e")) {
            writeLongFilm(folder.resolve(name + ".mp4"));
        }
        server = RangestreamProcess.start("--directory", "d=" + folder);
        chromium = HeadlessChromium.launch(ExternalTool.CHROMIUM.require());
    }

    /**
     * Makes a film so large that a browser keeps a connection open for it: a free-space box follows
     * the film.
     */
    private static void writeLongFilm(Path file) throws IOException {
        Files.copy(Path.of("demo", "films", "timecode.mp4"), file);
        try (RandomAccessFile film = new RandomAccessFile(file.toFile(), "rw")) {
            film.seek(film.length());
            film.writeInt(FREE_BYTES);
            film.write("free".getBytes(StandardCharsets.US_ASCII));
            film.setLength(film.length() - 8 + FREE_BYTES);
        }
    }

    @AfterAll
    void stop() {
        chromium.close();
        server.close();
    }

    @BeforeEach
    void open() {
        tap = TappedServer.before(server.uri().getPort());
        context = chromium.newContext(new Browser.NewContextOptions());
        context.addInitScript(VISIBILITY);
    }

    @AfterEach
    void close() {
        context.close();
        tap.close();
    }

    @Test
    @Covers("chromium-six-tabs")
    void listIsLoadedBesideFiveFilms() {
        List<Page> tabs = new ArrayList<>();
        for (String film : List.of("a", "b", "c", "d", "e")) {
            tabs.add(show(film));
        }
        Page list = context.newPage();
        list.navigate(tap.baseUrl() + "/");
        awaitLinks(list, 5);
        for (Page tab : tabs) {
            awaitReads(tab);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers("chromium-six-tabs")
    void tabsShareOneStreamAndEachShowsItsOwnReads(Lacking lacking) {
        context.addInitScript(lacking.script);
        Page first = show("a");
        Page same = show("a");
        Page other = show("b");
        for (Page tab : List.of(first, same, other)) {
            awaitReads(tab);
            awaitState(tab, "live");
        }
        assertThat(tap.open(READS)).isEqualTo(1);

        // The films may still be loading, so the rows of this read are counted and not all rows.
        readAgain(first);
        Await.until(first, "the read is shown", () -> rowsOfReadAgain(first) == 1);
        assertThat(rowsOfReadAgain(same)).isZero();
        assertThat(rowsOfReadAgain(other)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void remainingTabsContinueWithoutTheFirst(Lacking lacking) {
        context.addInitScript(lacking.script);
        Page first = show("a");
        awaitReads(first);
        Page second = show("b");
        awaitReads(second);
        first.close();
        awaitState(second, "live");
        Await.until(second, "there is one stream", () -> tap.open(READS) == 1);
        int before = rows(second);
        // The open stream may still be the first tab's, which ends unread.
        Await.until(
                second,
                "a read is shown",
                () -> {
                    readAgain(second);
                    return rows(second) > before;
                });
    }

    @ParameterizedTest
    @EnumSource
    @Covers("chromium-six-tabs")
    void streamIsClosedWhileNoTabIsVisible(Lacking lacking) {
        context.addInitScript(lacking.script);
        Page one = show("a");
        Page two = show("b");
        awaitReads(one);
        awaitReads(two);
        one.evaluate(SET_VISIBILITY, "hidden");
        Await.until(two, "the stream is open for the other", () -> tap.open(READS) == 1);
        two.evaluate(SET_VISIBILITY, "hidden");
        Await.until(two, "the stream is closed", () -> tap.open(READS) == 0);
        two.evaluate(SET_VISIBILITY, "visible");
        Await.until(two, "the stream is open again", () -> tap.open(READS) == 1);
        awaitState(two, "live");
        Page list = context.newPage();
        two.close();
        Await.until(list, "the stream is closed with its tab", () -> tap.open(READS) == 0);
    }

    @Test
    void tabWithoutFilmOpensNoStream() {
        Page page = context.newPage();
        page.navigate(tap.baseUrl() + "/");
        awaitLinks(page, 5);
        assertThat(tap.open(READS)).isZero();
    }

    @Test
    void brokenStreamIsReopened() {
        Page page = show("a");
        awaitState(page, "live");
        tap.cut();
        Await.until(page, "the stream is open again", () -> tap.open(READS) == 1);
        awaitState(page, "live");
    }

    @Test
    void tabsThatCannotShareOpenOneStreamEach() {
        context.addInitScript("delete window.SharedWorker; delete window.BroadcastChannel;");
        Page one = show("a");
        Page two = show("b");
        awaitReads(one);
        awaitReads(two);
        assertThat(tap.open(READS)).isEqualTo(2);
    }

    @Test
    void hiddenPausedFilmReleasesItsConnectionAndResumesInPlace() {
        Page page = show("a");
        PlayedFilm film = new PlayedFilm(page);
        film.pause();
        film.seek(20);
        film.awaitRightPicture();
        Await.until(page, "the film holds a connection", () -> tap.open(OBJECTS) > 0);
        page.evaluate(SET_VISIBILITY, "hidden");
        Await.until(page, "the film holds none", () -> tap.open(OBJECTS) == 0);
        page.evaluate(SET_VISIBILITY, "visible");
        Await.until(
                page,
                "the film is at its place",
                () -> film.loadedFirstPicture() && film.currentTime() == 20);
        film.awaitRightPicture();
        assertThat(page.locator("#player-notice").textContent()).isEmpty();
    }

    private Page show(String film) {
        Page page = context.newPage();
        page.navigate(tap.baseUrl() + "/#d/" + film + ".mp4");
        Await.until(page, film + " is loaded", () -> new PlayedFilm(page).loadedFirstPicture());
        return page;
    }

    /**
     * Reads once more from the URL of the media element, so that the read belongs to the same
     * viewer.
     */
    private static void readAgain(Page page) {
        page.evaluate(
                """
                async () => {
                  const url = document.getElementById('video').src;
                  const answer = await fetch(url, { headers: { Range: 'bytes=5-9' } });
                  await answer.arrayBuffer();
                }
                """);
    }

    private static int rowsOfReadAgain(Page page) {
        return page.locator("#reads-body tr:has-text('bytes=5-9')").count();
    }

    private static int rows(Page page) {
        return page.locator("#reads-body tr").count();
    }

    private static void awaitReads(Page page) {
        Await.until(page, "a read is shown", () -> rows(page) > 0);
    }

    private static void awaitState(Page page, String state) {
        Await.until(
                page,
                () -> "the stream is " + state + ": " + page.locator("#live").textContent(),
                () -> state.equals(page.locator("#live").getAttribute("data-state")));
    }

    private static void awaitLinks(Page page, int count) {
        Await.until(
                page,
                count + " films are listed",
                () -> page.locator("#objects a").count() == count);
    }
}
