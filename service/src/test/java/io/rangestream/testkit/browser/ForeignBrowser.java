package io.rangestream.testkit.browser;

import com.google.gson.JsonElement;

/** A browser other than Chromium, with one page. Closing it ends its processes. For one thread. */
public interface ForeignBrowser extends AutoCloseable {
    /** Opens a URL and waits until the page has loaded. */
    void open(String url);

    /**
     * Runs the body of an asynchronous function in the page.
     *
     * @param body JavaScript; {@code return} gives the result
     * @return the result, converted by way of JSON
     * @throws AssertionError if the script throws
     */
    JsonElement run(String body);

    @Override
    void close();
}
