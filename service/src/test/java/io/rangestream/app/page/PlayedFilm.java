package io.rangestream.app.page;

import com.microsoft.playwright.Page;

import io.rangestream.app.Await;

import java.util.List;

/**
 * The page's video element and the time that its picture shows. The demo film shows whole seconds
 * as six binary digits in two rows of cells; the second row is the inverse of the first. {@code
 * service/demo/make-film.sh} defines the positions. Single-threaded, as Playwright is.
 */
public final class PlayedFilm {
    /** Reads the middle of each cell from the current picture of the element. */
    public static final String READ_PICTURE =
            """
            video => {
              const canvas = document.createElement('canvas');
              canvas.width = 1280;
              canvas.height = 720;
              const context = canvas.getContext('2d', { willReadFrequently: true });
              context.drawImage(video, 0, 0, canvas.width, canvas.height);
              const isWhite = (x, y) => {
                const { data } = context.getImageData(x + 16, y + 16, 16, 16);
                let sum = 0;
                for (let i = 0; i < data.length; i += 4) {
                  sum += data[i + 1];
                }
                return sum / (data.length / 4) > 127;
              };
              let second = 0;
              for (let digit = 0; digit < 6; digit++) {
                const one = isWhite(960 + 48 * digit, 592);
                if (one === isWhite(960 + 48 * digit, 640)) {
                  return [video.currentTime, -1];
                }
                second = 2 * second + (one ? 1 : 0);
              }
              return [video.currentTime, second];
            }
            """;

    private final Page page;

    PlayedFilm(Page page) {
        this.page = page;
    }

    /**
     * The current picture.
     *
     * @param currentTime the element's playback position, in seconds
     * @param second the whole second that the picture shows; -1 if it shows none
     */
    record Picture(double currentTime, int second) {
        boolean isRight() {
            return Math.abs(currentTime - second) <= 1.0;
        }
    }

    Picture picture() {
        List<?> read = (List<?>) page.locator("#video").evaluate(READ_PICTURE);
        return new Picture(number(read.get(0)), (int) number(read.get(1)));
    }

    /** Waits for a picture within one second of the element's playback position. */
    Picture awaitRightPicture() {
        Picture[] last = {picture()};
        Await.until(
                page,
                () -> "the picture carries the element's time; last: " + last[0],
                () -> {
                    last[0] = picture();
                    return last[0].isRight();
                });
        return last[0];
    }

    /** Waits until the film has played to {@code seconds}. */
    void awaitTime(double seconds) {
        Await.until(
                page,
                () -> "the film plays to " + seconds + " s; it is at " + currentTime(),
                () -> currentTime() >= seconds);
    }

    boolean loadedFirstPicture() {
        return number("video => video.readyState") >= 2;
    }

    double currentTime() {
        return number("video => video.currentTime");
    }

    double duration() {
        return number("video => video.duration");
    }

    void pause() {
        page.locator("#video").evaluate("video => video.pause()");
    }

    void play() {
        page.locator("#video").evaluate("video => video.play()");
    }

    /** Seeks, and returns once the browser reports the end of the seek. */
    void seek(double seconds) {
        page.locator("#video")
                .evaluate(
                        """
                        (video, seconds) => new Promise(resolve => {
                          video.addEventListener('seeked', () => resolve(), { once: true });
                          video.currentTime = seconds;
                        })
                        """,
                        seconds);
    }

    private double number(String expression) {
        return number(page.locator("#video").evaluate(expression));
    }

    private static double number(Object value) {
        return ((Number) value).doubleValue();
    }
}
