package io.rangestream.app.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;

import io.rangestream.app.Await;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.process.RangestreamProcess;
import io.rangestream.testkit.tool.ExternalTool;
import io.rangestream.testkit.tool.RequiresTool;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Names with characters that have a meaning in a query, a path, a fragment or markup, from a folder
 * through the server to the page and back. {@code paths.test.js} tests the building of URLs with
 * random names.
 */
@RequiresTool(ExternalTool.CHROMIUM)
final class PageNamesIT {
    private static final String FILM = "a film.mp4";

    /**
     * For each name the test makes a folder and a film beside it. All names are valid file names on
     * Linux.
     */
    private static final List<String> NAMES =
            List.of(
                    "My Films",
                    "My+Films",
                    "My%20Films",
                    "a%2Fb",
                    "100%",
                    "%zz",
                    "a&b=c",
                    "prefix=x&delimiter=",
                    "#1",
                    "what?",
                    "a;b=c",
                    "a=b",
                    "\"quoted\"",
                    "it's",
                    "<b>bold<",
                    "<img src=x onerror=alert(1)>",
                    "&lt;&amp;",
                    "back\\slash",
                    "a:b@c",
                    "..a",
                    "a..",
                    "...",
                    " leading",
                    "trailing ",
                    " ",
                    "+",
                    "caf\u00e9",
                    "cafe\u0301",
                    "\u6620\u753b",
                    "\ud83d\ude00",
                    "\u05e9\u05dc\u05d5\u05dd",
                    "\u202egnp.exe",
                    "zero\u200bwidth",
                    "\ufeffbom",
                    "{[(!$',*)]}~|^`",
                    "\u00fc".repeat(100),
                    "n".repeat(200));

    private static final String LINKS =
            """
            () => Array.from(document.querySelectorAll('#objects a'), link =>
                [link.querySelector('.name').textContent, link.href])
            """;
    private static final String FOLDERS =
            """
            () => Array.from(document.querySelectorAll('#objects li.folder .name'),
                name => name.textContent)
            """;
    private static final String OPEN_FOLDER =
            """
            folder => Array.from(document.querySelectorAll('#objects li.folder button'))
                .find(button => button.querySelector('.name').textContent === folder)
                .click()
            """;
    private static final String OPEN_LINK =
            """
            name => Array.from(document.querySelectorAll('#objects a'))
                .find(link => link.querySelector('.name').textContent === name)
                .click()
            """;

    /** Reads the object of a link: the target of the link, or the film that the page would play. */
    private static final String READ =
            """
            async href => {
              const url = new URL(href);
              const paths = await import(new URL('js/paths.js', document.baseURI));
              const film = url.hash === '' ? null : paths.filmOf(url.hash);
              const response = await fetch(film === null ? href : paths.objectPath(film));
              return `${response.status} ${await response.text()}`;
            }
            """;

    @TempDir private Path folder;

    @Test
    @Covers("chromium-folders-films-any")
    void namesOfAnyCharactersAreListedOpenedAndRead() throws IOException {
        for (String name : NAMES) {
            Path inside = Files.createDirectory(folder.resolve(name)).resolve(FILM);
            Files.writeString(inside, "below " + name, StandardCharsets.UTF_8);
            Files.writeString(
                    folder.resolve(name + ".mp4"), "beside " + name, StandardCharsets.UTF_8);
        }
        try (RangestreamProcess server = RangestreamProcess.start("--directory", "d=" + folder);
                HeadlessChromium chromium =
                        HeadlessChromium.launch(ExternalTool.CHROMIUM.require());
                BrowserContext context = chromium.newContext(new Browser.NewContextOptions())) {
            Page page = context.newPage();
            PageWitness witness = PageWitness.of(page);
            page.navigate(server.uri() + "/");
            awaitLinks(page, NAMES.size());
            assertThat(stringsOf(page.evaluate(FOLDERS)))
                    .containsExactlyInAnyOrderElementsOf(
                            NAMES.stream().map(name -> name + "/").toList());
            Map<String, String> films = linksOf(page);
            assertThat(films.keySet())
                    .containsExactlyInAnyOrderElementsOf(
                            NAMES.stream().map(name -> name + ".mp4").toList());
            for (String name : NAMES) {
                assertThat(page.evaluate(READ, films.get(name + ".mp4")))
                        .as(name)
                        .isEqualTo("200 beside " + name);
            }
            for (String name : NAMES) {
                assertFolderOpens(page, name);
                page.evaluate("() => document.querySelector('#folders button').click()");
                awaitLinks(page, NAMES.size());
            }
            witness.assertNoErrors();
        }
    }

    /**
     * Opens the folder by its button, and checks that the page lists its film and that the film's
     * link leads to it.
     */
    private static void assertFolderOpens(Page page, String name) {
        page.evaluate(OPEN_FOLDER, name + "/");
        awaitLinks(page, 1);
        assertThat(page.locator("#folders [aria-current]").textContent()).isEqualTo(name);
        Map<String, String> links = linksOf(page);
        assertThat(links.keySet()).as(name).containsExactly(FILM);
        assertThat(page.evaluate(READ, links.get(FILM))).isEqualTo("200 below " + name);
    }

    /** A link to a film opens the page in the film's folder, and plays it. */
    @Test
    @Covers("chromium-folders-films-any")
    void linkToFilmOfAnyNameIsFollowed() throws IOException {
        byte[] film = Files.readAllBytes(Path.of("demo", "films", "timecode.mp4"));
        List<String> names = List.of("My Films+", "a%2Fb&c#1?", "<b>\"'\ud83d\ude00");
        for (String name : names) {
            Files.write(Files.createDirectory(folder.resolve(name)).resolve(name + ".mp4"), film);
        }
        try (RangestreamProcess server = RangestreamProcess.start("--directory", "d=" + folder);
                HeadlessChromium chromium =
                        HeadlessChromium.launch(ExternalTool.CHROMIUM.require());
                BrowserContext context = chromium.newContext(new Browser.NewContextOptions())) {
            Page page = context.newPage();
            PageWitness witness = PageWitness.of(page);
            for (String name : names) {
                page.navigate(server.uri() + "/");
                awaitLinks(page, 0);
                page.evaluate(OPEN_FOLDER, name + "/");
                awaitLinks(page, 1);
                page.evaluate(OPEN_LINK, name + ".mp4");
                PlayedFilm played = new PlayedFilm(page);
                Await.until(page, name + " is loaded", played::loadedFirstPicture);
                page.reload();
                Await.until(page, name + " is loaded again", played::loadedFirstPicture);
                Await.until(
                        page,
                        "the library marks " + name,
                        () -> page.locator("a[aria-current]").count() == 1);
                assertThat(page.title()).startsWith(name + ".mp4 ");
                assertThat(page.locator("#film-title").textContent()).isEqualTo(name + ".mp4");
                page.navigate("about:blank");
            }
            witness.assertNoErrors();
        }
    }

    private static void awaitLinks(Page page, int count) {
        Await.until(
                page,
                () ->
                        count
                                + " films are listed; the page says "
                                + page.locator("main").innerText(),
                () ->
                        page.locator("#objects a").count() == count
                                && page.locator("#objects li").count() > 0);
    }

    private static Map<String, String> linksOf(Page page) {
        Map<String, String> links = new TreeMap<>();
        for (Object link : (List<?>) page.evaluate(LINKS)) {
            List<String> nameAndHref = stringsOf(link);
            links.put(nameAndHref.getFirst(), nameAndHref.getLast());
        }
        return links;
    }

    private static List<String> stringsOf(Object list) {
        Stream<?> elements = ((List<?>) list).stream();
        return elements.map(String::valueOf).toList();
    }
}
