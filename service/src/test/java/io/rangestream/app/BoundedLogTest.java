package io.rangestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.fault.FatalErrors;
import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** The log on standard error stays bounded for any data from clients and stores. */
final class BoundedLogTest {
    @Test
    @Covers("records-standard-error")
    void messageAndStackTraceAreCutAndEscaped() {
        LogRecord record = new LogRecord(Level.WARNING, "bad chunk {0}");
        record.setParameters(new Object[] {"\r\n\u001B[31m" + "x".repeat(100_000)});
        record.setThrown(
                new IllegalStateException("y".repeat(100_000) + "\n", new IOException("cause")));
        String text = new BoundedFormatter().format(record);
        assertThat(text).hasSizeLessThan(12_000);
        assertThat(text.lines().findFirst().orElseThrow())
                .matches("\\d{4}-\\d\\d-\\d\\dT[\\d:.]{12} WARNING bad chunk \\\\u000d\\\\u000a.*");
        assertThat(text.lines().flatMapToInt(String::chars).noneMatch(Character::isISOControl))
                .isTrue();
    }

    @Test
    @Covers("records-standard-error")
    void limitsRecordsPerSecondAndCountsTheRest() {
        AtomicLong now = new AtomicLong();
        BoundedRate rate = new BoundedRate(now::get);
        int logged = 0;
        for (int i = 0; i < 1000; i++) {
            logged += rate.isLoggable(new LogRecord(Level.WARNING, "again")) ? 1 : 0;
        }
        assertThat(logged).isEqualTo(BoundedRate.MAX_PER_SECOND);
        now.addAndGet(1_000_000_000L);
        LogRecord next = new LogRecord(Level.WARNING, "again");
        assertThat(rate.isLoggable(next)).isTrue();
        assertThat(next.getMessage()).isEqualTo("again (980 log lines left out)");
    }

    /**
     * Helidon catches the error while it parses an HTTP/1.1 head, responds with 500 and logs it.
     */
    @Test
    void outOfMemoryErrorThatIsOnlyLoggedEndsTheProcess() {
        List<Integer> statuses = new CopyOnWriteArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        Thread.setDefaultUncaughtExceptionHandler(new FatalErrors(nowhere, statuses::add));
        try {
            LogRecord record = new LogRecord(Level.WARNING, "Internal server error");
            record.setThrown(new IllegalStateException(new OutOfMemoryError("by a test")));
            var _ = new BoundedRate().isLoggable(record);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertThat(statuses).containsExactly(FatalErrors.EXIT_STATUS);
    }

    @Test
    void floodOfLibraryRecordsHidesNoOtherWarning() {
        BoundedRate rate = new BoundedRate(() -> 0);
        int ofLibrary = 0;
        int ours = 0;
        for (int i = 0; i < 100; i++) {
            ofLibrary += rate.isLoggable(record("io.helidon.webserver.Any")) ? 1 : 0;
            ours += rate.isLoggable(record("io.rangestream.app.BucketHealth")) ? 1 : 0;
        }
        assertThat(ofLibrary).isEqualTo(BoundedRate.MAX_PER_SECOND);
        assertThat(ours).isEqualTo(100);
        for (int i = 0; i < 1000; i++) {
            ours += rate.isLoggable(record("io.rangestream.app.BucketHealth")) ? 1 : 0;
        }
        assertThat(ours).isEqualTo(BoundedRate.MAX_OWN_PER_SECOND);
    }

    private static LogRecord record(String logger) {
        LogRecord record = new LogRecord(Level.WARNING, "text");
        record.setLoggerName(logger);
        return record;
    }

    @Test
    void logsTheCauseOfADeepStack() {
        IllegalStateException thrown = new IllegalStateException("outer");
        StackTraceElement[] deep = new StackTraceElement[1000];
        Arrays.fill(deep, new StackTraceElement("a.b.C", "method", "C.java", 1));
        thrown.setStackTrace(deep);
        thrown.initCause(new IOException("the reason"));
        LogRecord record = new LogRecord(Level.WARNING, "failed");
        record.setThrown(thrown);
        assertThat(new BoundedFormatter().format(record))
                .contains("IllegalStateException: outer", "    at a.b.C.method(C.java:1)")
                .contains("    ... 988 more", "Caused by: java.io.IOException: the reason")
                .hasSizeLessThan(12_000);
    }

    @Test
    void cutsACycleOfCauses() {
        IllegalStateException one = new IllegalStateException("one");
        one.initCause(new IllegalStateException("two", one));
        LogRecord record = new LogRecord(Level.WARNING, "failed");
        record.setThrown(one);
        assertThat(new BoundedFormatter().format(record)).hasSizeLessThan(20_000);
    }

    /** The log manager creates the formatter and the filter by name. */
    @Test
    void logConfigurationNamesFormatterAndFilter() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Main.class.getResourceAsStream("/logging.properties")) {
            properties.load(in);
        }
        String handler = ConsoleHandler.class.getName();
        assertThat(properties)
                .containsEntry(handler + ".formatter", BoundedFormatter.class.getName())
                .containsEntry(handler + ".filter", BoundedRate.class.getName());
    }
}
