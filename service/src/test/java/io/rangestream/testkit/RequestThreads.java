package io.rangestream.testkit;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Counts the threads of this process that serve requests. They are virtual threads, which only a
 * thread dump lists.
 */
public final class RequestThreads {
    private static final List<String> REQUEST_FRAMES =
            List.of("Http2ServerStream.run(", "io.rangestream.http.HttpRangeService");

    private static final List<String> WORKER_FRAMES =
            List.of("io.rangestream.engine.", "io.rangestream.transport.", "ObjectStore.");

    private RequestThreads() {}

    /** The number of threads that serve a request. */
    public static long count() {
        return count(REQUEST_FRAMES);
    }

    /** The number of threads that fetch from a store or work on a connection. */
    public static long countWorkers() {
        return count(WORKER_FRAMES);
    }

    private static long count(List<String> frames) {
        try {
            Path folder = Files.createTempDirectory("threads");
            Path dump = folder.resolve("dump.json");
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(dump.toString(), ThreadDumpFormat.JSON);
            String[] threads = Files.readString(dump).split("\"tid\"", -1);
            Files.delete(dump);
            Files.delete(folder);
            return Arrays.stream(threads)
                    .filter(stack -> frames.stream().anyMatch(stack::contains))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
