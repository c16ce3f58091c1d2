package io.rangestream.app.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;

import io.rangestream.app.Await;

import java.nio.file.Path;
import java.util.List;

/**
 * The actions of a user of the page, in a real Chromium against a running server. Owns the browser
 * and closes it. Single-threaded, as Playwright is.
 */
final class PageScenario implements AutoCloseable {
    private static final int DESKTOP_WIDTH = 1440;
    private static final int PHONE_WIDTH = 375;

    private final String baseUrl;
    private final HeadlessChromium chromium;

    /**
     * @param baseUrl the server's URL, as {@code http://host:port}
     * @param chromium the browser's executable
     */
    PageScenario(String baseUrl, Path chromium) {
        this.baseUrl = baseUrl;
        this.chromium = HeadlessChromium.launch(chromium);
    }

    /**
     * Plays a film that shows {@link PlayedFilm#picture() its own time} in the picture, seeks to
     * three quarters of it, and checks the picture, the responses and the table of reads.
     */
    void playsAndSeeks(String bucket, String key) {
        try (BrowserContext context = newContext(DESKTOP_WIDTH, ColorScheme.LIGHT)) {
            Page page = context.newPage();
            disableCache(context, page);
            PageWitness witness = PageWitness.of(page);
            PlayedFilm film = choose(page, bucket, key);
            film.awaitTime(1.0);
            film.awaitRightPicture();

            Locator rows = page.locator("#reads-body tr");
            assertThat(rows.count()).as("rows in the table of reads").isPositive();
            int rowsBefore = rows.count();
            int answersBefore = witness.mediaAnswers().size();

            double target = film.duration() * 0.75;
            film.pause();
            film.seek(target);
            assertThat(film.awaitRightPicture().second())
                    .as("the time in the picture after the seek")
                    .isCloseTo((int) target, within(1));
            film.play();
            film.awaitTime(target + 1.0);
            film.awaitRightPicture();

            Await.until(page, "the table of reads grows", () -> rows.count() > rowsBefore);
            assertThat(page.locator("#reads-body .status").allTextContents()).containsOnly("206");
            assertThat(witness.mediaAnswers())
                    .as("responses to the media element")
                    .hasSizeGreaterThan(answersBefore)
                    .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(206));
            assertThat(witness.mediaAnswers())
                    .as("a response that begins within the film")
                    .anySatisfy(
                            answer -> {
                                assertThat(answer.status()).isEqualTo(206);
                                assertThat(answer.firstPos()).isPositive();
                            });
            witness.assertNoErrors();
        }
    }

    // With its cache, Chromium revalidates cached parts by If-None-Match and gets a 304 instead of
    // a 206.
    private static void disableCache(BrowserContext context, Page page) {
        JsonObject disabled = new JsonObject();
        disabled.addProperty("cacheDisabled", true);
        CDPSession devTools = context.newCDPSession(page);
        devTools.send("Network.enable");
        devTools.send("Network.setCacheDisabled", disabled);
    }

    /** A link to a film opens the film and marks it in the library. */
    void opensLink(String bucket, String key) {
        try (BrowserContext context = newContext(DESKTOP_WIDTH, ColorScheme.LIGHT)) {
            Page page = context.newPage();
            PageWitness witness = PageWitness.of(page);
            page.navigate(baseUrl + "/#" + bucket + "/" + key);
            Await.until(
                    page, "the film is loaded", () -> new PlayedFilm(page).loadedFirstPicture());
            Await.until(
                    page,
                    "the library marks the film",
                    () -> page.locator("a[aria-current]").count() == 1);
            assertThat(page.title()).contains(key);
            witness.assertNoErrors();
        }
    }

    /** The page reports a missing film, with the correlation id of the request. */
    void reportsMissingFilm(String bucket) {
        try (BrowserContext context = newContext(DESKTOP_WIDTH, ColorScheme.LIGHT)) {
            Page page = context.newPage();
            page.navigate(baseUrl + "/#" + bucket + "/no/such/film.mp4");
            Locator notice = page.getByRole(AriaRole.ALERT);
            notice.waitFor();
            assertThat(notice.textContent()).contains("Reference");
            assertThat(notice.locator("code").textContent()).isNotBlank();
        }
    }

    /**
     * The page violates no rule of axe-core: wide and narrow, light and dark, before and while a
     * film plays.
     */
    void isAccessible(String bucket, String key) {
        for (int width : List.of(DESKTOP_WIDTH, PHONE_WIDTH)) {
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                try (BrowserContext context = newContext(width, scheme)) {
                    Page page = context.newPage();
                    page.navigate(baseUrl + "/");
                    link(page, key).waitFor();
                    assertThat(violations(page)).as("before, %s, %s", width, scheme).isEmpty();
                    PlayedFilm film = choose(page, bucket, key);
                    film.awaitTime(0.5);
                    page.locator("#reads-body tr").first().waitFor();
                    assertThat(violations(page)).as("playing, %s, %s", width, scheme).isEmpty();
                    assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                            .as("no horizontal scrolling at width %s", width)
                            .isEqualTo(true);
                }
            }
        }
    }

    @Override
    public void close() {
        chromium.close();
    }

    private PlayedFilm choose(Page page, String bucket, String key) {
        page.navigate(baseUrl + "/");
        page.getByLabel("Bucket").selectOption(bucket);
        link(page, key).click();
        return new PlayedFilm(page);
    }

    private static Locator link(Page page, String key) {
        return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(key));
    }

    private static List<String> violations(Page page) {
        List<Rule> rules = new AxeBuilder(page).analyze().getViolations();
        return rules.stream()
                .map(rule -> rule.getId() + ": " + rule.getHelp() + " " + rule.getNodes())
                .toList();
    }

    private BrowserContext newContext(int width, ColorScheme scheme) {
        return chromium.newContext(
                new Browser.NewContextOptions().setViewportSize(width, 900).setColorScheme(scheme));
    }
}
