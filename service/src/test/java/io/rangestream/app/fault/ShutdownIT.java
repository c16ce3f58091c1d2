package io.rangestream.app.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.app.load.DisconnectingClient;
import io.rangestream.app.load.DisconnectingClient.Way;
import io.rangestream.testkit.process.RangestreamProcess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Ctrl-C ends the program within two seconds and without error messages, also while viewers read.
 */
final class ShutdownIT {
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final long LENGTH = 256L * 1024 * 1024;

    @Test
    void interruptWithoutClientsEndsSoon(@TempDir Path folder) throws Exception {
        try (RangestreamProcess server = RangestreamProcess.start("--directory", "f=" + folder)) {
            assertEndsSoon(server);
        }
    }

    @Test
    void interruptWithPausedViewersEndsSoon(@TempDir Path folder) throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(folder.resolve("film").toFile(), "rw")) {
            file.setLength(LENGTH);
        }
        List<DisconnectingClient> paused = new ArrayList<>();
        try (RangestreamProcess server = RangestreamProcess.start("--directory", "f=" + folder)) {
            for (Way way :
                    List.of(
                            Way.HTTP_1_RESET,
                            Way.HTTP_2_STREAM_RESET,
                            Way.GRPC_CANCEL,
                            Way.GRPC_STREAM_RESET)) {
                paused.add(DisconnectingClient.ask(way, server.uri().getPort(), "f", "film"));
            }
            paused.add(DisconnectingClient.listen(server.uri().getPort()));
            for (DisconnectingClient viewer : paused) {
                viewer.awaitAnswer();
            }
            assertEndsSoon(server);
        } finally {
            for (DisconnectingClient viewer : paused) {
                viewer.close();
            }
        }
    }

    private static void assertEndsSoon(RangestreamProcess server) {
        server.signal("INT");
        assertThat(server.awaitExit(SOON)).isIn(0, 130);
        assertThat(server.complained()).isEmpty();
        assertThat(server.printed()).doesNotContain("Exception", "\tat ", "internal", "INTERNAL");
    }
}
