package io.rangestream.app.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rangestream.testkit.Covers;
import io.rangestream.testkit.process.RangestreamProcess;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.WireResponse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The packaged program with a low limit of open files, while one client opens many connections. */
@Timeout(240)
final class OpenFileLimitIT {
    private static final int MANY = 1000;

    @TempDir private Path folder;

    private RangestreamProcess start(int openFiles, List<String> jvmOptions) throws IOException {
        Files.writeString(folder.resolve("a.txt"), "hello");
        return RangestreamProcess.startWithOpenFiles(
                openFiles, jvmOptions, "--directory", "demo=" + folder);
    }

    private static boolean isServed(int port) {
        try (Http1Wire wire = Http1Wire.connect(port)) {
            WireResponse answer = wire.ask("GET", "/objects/demo/a.txt");
            return answer.status() == 200 && answer.text().equals("hello");
        } catch (IOException | AssertionError e) {
            return false;
        }
    }

    private static List<Http1Wire> idle(int port) throws IOException {
        List<Http1Wire> idle = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            idle.add(Http1Wire.connect(port));
        }
        return idle;
    }

    private static void close(List<Http1Wire> idle) throws IOException {
        for (Http1Wire wire : idle) {
            wire.close();
        }
    }

    @Test
    void idleConnectionsAreCappedBelowTheLimit() throws Exception {
        try (RangestreamProcess server = start(1024, List.of("-Xmx256m"))) {
            int port = server.uri().getPort();
            List<Http1Wire> idle = idle(port);
            await("served while the others are idle").until(() -> isServed(port));
            close(idle);
            assertThat(isServed(port)).isTrue();
            assertThat(server.isAlive()).isTrue();
            assertThat(server.complained()).doesNotContain("Too many open files", "\tat ");
            assertThat(server.complained().lines()).hasSizeLessThan(4);
        }
    }

    @Test
    @Covers({"open-files", "helidon-s-listener"})
    void acceptingResumesAfterTooManyOpenFiles() throws Exception {
        // More connections than the process may open beside its other files.
        List<String> options =
                List.of(
                        "-Xmx256m",
                        "-Dserver.max-connections=250",
                        "-Dserver.max-connections-per-address=250");
        try (RangestreamProcess server = start(256, options)) {
            int port = server.uri().getPort();
            List<Http1Wire> idle = idle(port);
            await("accepting has failed")
                    .until(() -> server.complained().contains("Too many open files"));
            close(idle);
            await("served again").until(() -> isServed(port));
            assertThat(server.isAlive()).isTrue();
            assertThat(server.complained().lines()).hasSizeLessThan(6);
        }
    }
}
