package io.rangestream.app.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;

import io.rangestream.range.ContentRange;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Records the console errors of a page and the responses to its media element. Created by a test
 * before it navigates; safe for many threads.
 */
final class PageWitness {
    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final List<MediaAnswer> mediaAnswers = new CopyOnWriteArrayList<>();

    private PageWitness() {}

    /**
     * A response to the media element.
     *
     * @param firstPos the first position of its Content-Range; -1 without one
     */
    record MediaAnswer(int status, long firstPos) {
        static MediaAnswer of(Response response) {
            long firstPos =
                    Optional.ofNullable(response.headers().get("content-range"))
                            .flatMap(ContentRange::parse)
                            .flatMap(ContentRange::range)
                            .map(range -> range.firstPos())
                            .orElse(-1L);
            return new MediaAnswer(response.status(), firstPos);
        }
    }

    /** Starts to record the events of {@code page}. */
    static PageWitness of(Page page) {
        PageWitness witness = new PageWitness();
        page.onPageError(witness.errors::add);
        page.onConsoleMessage(
                message -> {
                    if (message.type().equals("error") || message.type().equals("warning")) {
                        witness.errors.add(message.type() + ": " + message.text());
                    }
                });
        page.onResponse(
                response -> {
                    if (response.url().contains("/objects/")
                            && response.request().resourceType().equals("media")) {
                        witness.mediaAnswers.add(MediaAnswer.of(response));
                    }
                });
        return witness;
    }

    List<MediaAnswer> mediaAnswers() {
        return List.copyOf(mediaAnswers);
    }

    void assertNoErrors() {
        assertThat(errors).as("errors and warnings in the console").isEmpty();
    }
}
