package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;
import static io.rangestream.client.ScriptedObject.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The settings of a client's builder. */
final class BuilderTest {
    private static final ScriptedObject OBJECT = ScriptedObject.ofLength(100_000);

    /** Records its name and the method of each call. */
    private record Noting(String name, List<String> notes) implements ClientInterceptor {
        @Override
        public <Q, R> ClientCall<Q, R> interceptCall(
                MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
            notes.add(name + ' ' + method.getBareMethodName());
            return next.newCall(method, options);
        }
    }

    @Test
    void interceptorsSeeEachCallInOrder() throws IOException {
        List<String> notes = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = new ScriptedServer(OBJECT);
                RangeStreamClient client =
                        RangeStreamClient.builder(server.target())
                                .plaintext()
                                .intercept(new Noting("a", notes), new Noting("b", notes))
                                .intercept(new Noting("c", notes))
                                .build();
                ObjectReader reader = client.open(BUCKET, KEY);
                InputStream in = reader.stream()) {
            assertThat(in.readAllBytes()).hasSize(100_000);
        }
        assertThat(notes)
                .containsExactly(
                        "a StatObject",
                        "b StatObject",
                        "c StatObject",
                        "a ReadRange",
                        "b ReadRange",
                        "c ReadRange");
    }

    /** Call credentials that send a field. */
    private static CallCredentials field(String name, String value) {
        return new CallCredentials() {
            @Override
            public void applyRequestMetadata(
                    RequestInfo call, Executor executor, MetadataApplier applier) {
                Metadata fields = new Metadata();
                fields.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
                applier.apply(fields);
            }
        };
    }

    @Test
    void credentialsAreSentWithEachCall() throws IOException {
        try (ScriptedServer server = new ScriptedServer(OBJECT);
                RangeStreamClient client =
                        RangeStreamClient.builder(server.target())
                                .plaintext()
                                .callCredentials(field("authorization", "Basic YTpi"))
                                .build();
                InputStream in = client.read(BUCKET, KEY, ByteRange.of(0, 9))) {
            assertThat(in.readAllBytes()).isEqualTo(bytes(0, 10));
            client.stat(BUCKET, KEY);
            assertThat(server.authorizations).containsExactly("Basic YTpi", "Basic YTpi");
        }
    }

    @Test
    void credentialsAreSentBesideABearerToken() throws IOException {
        try (ScriptedServer server = new ScriptedServer(OBJECT);
                RangeStreamClient client =
                        RangeStreamClient.builder(server.target())
                                .plaintext()
                                .bearerToken(() -> "t")
                                .allowBearerTokenOverPlaintext()
                                .callCredentials(field("x-project", "seven"))
                                .build()) {
            client.stat(BUCKET, KEY);
            assertThat(server.authorizations).containsExactly("Bearer t");
            assertThat(server.projects).containsExactly("seven");
        }
    }

    @Test
    void failingCredentialsAreUnauthenticated() throws IOException {
        CallCredentials failing =
                new CallCredentials() {
                    @Override
                    public void applyRequestMetadata(
                            RequestInfo call, Executor executor, MetadataApplier applier) {
                        applier.fail(Status.UNAUTHENTICATED.withDescription("no more"));
                    }
                };
        try (ScriptedServer server = new ScriptedServer(OBJECT);
                RangeStreamClient client =
                        RangeStreamClient.builder(server.target())
                                .plaintext()
                                .callCredentials(failing)
                                .build()) {
            assertThatThrownBy(() -> client.stat(BUCKET, KEY))
                    .isInstanceOf(UnauthenticatedException.class);
            assertThat(server.stats).isEmpty();
        }
    }

    @Test
    void hooksConfigureTheChannelAfterAllOtherSettings() throws IOException {
        List<String> notes = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = new ScriptedServer(OBJECT);
                RangeStreamClient client =
                        RangeStreamClient.builder(server.target())
                                .configureChannel(channel -> channel.userAgent("hook/1"))
                                .configureChannel(channel -> notes.add("second hook"))
                                .plaintext()
                                .userAgent("player/1.2")
                                .build()) {
            client.stat(BUCKET, KEY);
            assertThat(server.userAgents).singleElement().asString().startsWith("hook/1 ");
        }
        assertThat(notes).containsExactly("second hook");
    }

    @Test
    void receivesChunksLargerThanTheWindow() throws IOException {
        int chunkBytes = 2 * 1024 * 1024;
        ScriptedObject object = ScriptedObject.ofLength(2L * chunkBytes).inChunksOf(chunkBytes);
        try (ScriptedServer server = new ScriptedServer(object);
                RangeStreamClient client =
                        RangeStreamClient.builder(server.target())
                                .plaintext()
                                .flowControlWindow(64 * 1024)
                                .build();
                InputStream in = client.read(BUCKET, KEY, ByteRange.whole())) {
            assertThat(in.readAllBytes()).isEqualTo(bytes(0, 2 * chunkBytes));
        }
    }

    static Stream<Arguments> invalidSettings() {
        return Stream.of(
                bad("PT0S", builder -> builder.deadline(Duration.ZERO)),
                bad("PT-1S", builder -> builder.deadline(Duration.ofSeconds(-1))),
                bad("PT0S", builder -> builder.idleTimeout(Duration.ZERO)),
                bad("PT-1S", builder -> builder.idleTimeout(Duration.ofSeconds(-1))),
                bad("-1", builder -> builder.retryBudget(-1)),
                bad("-1", builder -> builder.readAheadBytes(-1)),
                bad("65535", builder -> builder.flowControlWindow(65_535)),
                bad("-1", builder -> builder.flowControlWindow(-1)));
    }

    private static Arguments bad(String named, Consumer<RangeStreamClientBuilder> setting) {
        return arguments(named, setting);
    }

    @ParameterizedTest
    @MethodSource("invalidSettings")
    void rejectsInvalidSettingAndNamesIt(String named, Consumer<RangeStreamClientBuilder> setting) {
        RangeStreamClientBuilder builder = RangeStreamClient.builder("127.0.0.1:1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setting.accept(builder))
                .withMessageContaining(named);
    }

    @Test
    void acceptsSmallestSettings() {
        RangeStreamClient.builder("127.0.0.1:1")
                .plaintext()
                .deadline(Duration.ofNanos(1))
                .idleTimeout(Duration.ofNanos(1))
                .retryBudget(0)
                .readAheadBytes(0)
                .flowControlWindow(65_536)
                .build()
                .close();
    }
}
