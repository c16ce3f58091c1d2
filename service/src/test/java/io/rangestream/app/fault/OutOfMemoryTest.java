package io.rangestream.app.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.StatusRuntimeException;
import io.rangestream.app.rpc.GrpcClient;
import io.rangestream.fault.FatalErrors;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.Http2Wire;
import io.rangestream.v1.ListObjectsRequest;
import io.rangestream.v1.StatObjectRequest;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** An OutOfMemoryError on any thread ends the process, without a JVM flag. */
@Timeout(300)
final class OutOfMemoryTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir private Path folder;

    /** The code that throws the error. */
    enum Where {
        HANDLER_OF_HTTP_1 {
            @Override
            void ask(int port) throws IOException {
                try (Http1Wire wire = Http1Wire.connect(port)) {
                    wire.send("GET", "/api/buckets/broken/objects");
                    assertThat(wire.isAtEnd()).isTrue();
                }
            }
        },
        HANDLER_OF_HTTP_2 {
            @Override
            void ask(int port) {
                try (Http2Wire wire = Http2Wire.connect(port, 65_535)) {
                    int streamId = wire.send("GET", "/api/buckets/broken/objects");
                    wire.readFrame(streamId);
                    throw new AssertionError("answered");
                } catch (IOException e) {
                    // The connection was closed.
                }
            }
        },
        HANDLER_OF_A_UNARY_CALL {
            @Override
            void ask(int port) {
                try (GrpcClient client = GrpcClient.connect(port)) {
                    client.blocking()
                            .listObjects(
                                    ListObjectsRequest.newBuilder()
                                            .setBucket(ErrorStore.BUCKET)
                                            .build());
                } catch (StatusRuntimeException e) {
                    // INTERNAL, or UNAVAILABLE if the connection closed first.
                }
            }
        },
        LOOKUP_OF_THE_ENGINE {
            @Override
            void ask(int port) {
                try (GrpcClient client = GrpcClient.connect(port)) {
                    client.blocking()
                            .statObject(
                                    StatObjectRequest.newBuilder()
                                            .setBucket(ErrorStore.BUCKET)
                                            .setKey("k")
                                            .build());
                } catch (StatusRuntimeException e) {
                    // As above.
                }
            }
        };

        abstract void ask(int port) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(Where.class)
    @Covers({"heap-other-memory-jvm", "all-outofmemoryerror"})
    void endsTheProcessWithOneLineAndStatusThree(Where where) throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx96m",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                OutOfMemoryProgram.class.getName())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        try {
            await().atMost(TIMEOUT)
                    .until(
                            () ->
                                    Files.readString(out).contains(OutOfMemoryProgram.READY)
                                            || !process.isAlive());
            where.ask(port(Files.readString(out)));
            assertThat(process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                    .as(() -> "has ended; " + read(err))
                    .isTrue();
            assertThat(process.exitValue()).isEqualTo(FatalErrors.EXIT_STATUS);
            assertThat(read(err).lines().filter(line -> line.startsWith("rangestream exits")))
                    .containsExactly(
                            "rangestream exits with status 3: out of memory (Java heap space);"
                                    + " increase -Xmx or decrease cache.memory");
        } finally {
            process.destroyForcibly();
        }
    }

    private static int port(String printed) {
        String line =
                printed.lines()
                        .filter(text -> text.startsWith(OutOfMemoryProgram.READY))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(printed));
        return Integer.parseInt(line.substring(OutOfMemoryProgram.READY.length()));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
