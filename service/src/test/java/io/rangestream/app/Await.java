package io.rangestream.app;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.TimeoutError;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waits for a condition on a page while the page's events are handled. Used by the browser tests.
 * Playwright is single-threaded and handles events only inside its own calls, so a wait outside
 * Playwright would never see a change.
 */
public final class Await {
    /** Long, because a machine that also builds and runs a browser may be slow. */
    private static final double TIMEOUT_MILLIS = 20_000;

    private Await() {}

    public static void until(Page page, String what, BooleanSupplier condition) {
        until(page, () -> what, condition);
    }

    public static void until(Page page, Supplier<String> what, BooleanSupplier condition) {
        try {
            page.waitForCondition(
                    condition, new Page.WaitForConditionOptions().setTimeout(TIMEOUT_MILLIS));
        } catch (TimeoutError e) {
            throw new AssertionError("timed out: " + what.get(), e);
        }
    }
}
