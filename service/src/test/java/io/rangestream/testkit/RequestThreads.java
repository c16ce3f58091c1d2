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

/** The threads of this process that are at a request: virtual ones, which only a dump shows. */
public final class RequestThreads {
    private static final List<String> AT_A_REQUEST =
            List.of("Http2ServerStream.run(", "io.rangestream.http.HttpRangeService");

    private static final List<String> AT_WORK =
            List.of("io.rangestream.engine.", "io.rangestream.transport.", "ObjectStore.");

    private RequestThreads() {}

    /** How many there are just now. */
    public static long count() {
        return count(AT_A_REQUEST);
    }

    /** How many there are that fetch from a store, or listen to a peer. */
    public static long countWorkers() {
        return count(AT_WORK);
    }

    private static long count(List<String> where) {
        try {
            Path folder = Files.createTempDirectory("threads");
            Path dump = folder.resolve("dump.json");
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(dump.toString(), ThreadDumpFormat.JSON);
            String[] threads = Files.readString(dump).split("\"tid\"", -1);
            Files.delete(dump);
            Files.delete(folder);
            return Arrays.stream(threads)
                    .filter(stack -> where.stream().anyMatch(stack::contains))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
