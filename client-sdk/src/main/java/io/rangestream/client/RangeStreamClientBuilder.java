package io.rangestream.client;

import io.grpc.CallCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannelBuilder;
import io.rangestream.client.internal.channel.AsyncReads;
import io.rangestream.client.internal.channel.ClientSettings;
import io.rangestream.client.internal.channel.Connection;
import io.rangestream.client.internal.channel.Transport;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Builds a {@link RangeStreamClient}. Not safe for several threads. */
public final class RangeStreamClientBuilder {
    private final Transport transport;
    private ClientSettings settings = ClientSettings.DEFAULTS;
    private @Nullable Executor asyncExecutor;

    RangeStreamClientBuilder(String target) {
        transport = new Transport(target);
    }

    /**
     * Connects without TLS. By default the client uses TLS and trusts the certificate authorities
     * that Java trusts.
     *
     * @return this
     */
    public RangeStreamClientBuilder plaintext() {
        transport.plaintext();
        return this;
    }

    /**
     * Trusts these certificate authorities instead of those that Java trusts.
     *
     * @param certificatesPem a file with one or more certificates in PEM
     * @return this
     * @throws IOException if the file can't be read
     */
    public RangeStreamClientBuilder trustedCertificates(Path certificatesPem) throws IOException {
        transport.trust(certificatesPem);
        return this;
    }

    /**
     * Authenticates the client by a certificate (mutual TLS).
     *
     * @param certificateChainPem a file with the client's certificate and its intermediate
     *     certificates in PEM
     * @param privateKeyPem a file with the private key in PEM (PKCS #8, not encrypted)
     * @return this
     * @throws IOException if a file can't be read
     */
    public RangeStreamClientBuilder clientCertificate(Path certificateChainPem, Path privateKeyPem)
            throws IOException {
        transport.clientCertificate(certificateChainPem, privateKeyPem);
        return this;
    }

    /**
     * Sets a product for the user-agent field, in front of gRPC's own.
     *
     * @param name the product, such as {@code player/1.2}
     * @return this
     */
    public RangeStreamClientBuilder userAgent(String name) {
        transport.userAgent(name);
        return this;
    }

    /**
     * Sends a bearer token (RFC 6750) with each call. It requires TLS unless {@link
     * #allowBearerTokenOverPlaintext()} is called.
     *
     * @param token supplies the token of each call, on any thread, so that it may be renewed; if it
     *     throws, the call fails with {@link UnauthenticatedException}
     * @return this
     */
    public RangeStreamClientBuilder bearerToken(Supplier<String> token) {
        transport.bearerToken(token);
        return this;
    }

    /**
     * Allows {@link #bearerToken} together with {@link #plaintext()}. Everyone on the network path
     * can then read the token.
     *
     * @return this
     */
    public RangeStreamClientBuilder allowBearerTokenOverPlaintext() {
        transport.allowTokenOverPlaintext();
        return this;
    }

    /**
     * Sends these credentials with each call, in addition to a bearer token if there is one. They
     * replace the credentials of an earlier call of this method. Credentials that require TLS fail
     * each call without it.
     *
     * @param credentials gRPC credentials, called for each attempt of a call, on any thread
     * @return this
     */
    public RangeStreamClientBuilder callCredentials(CallCredentials credentials) {
        transport.credentials(credentials);
        return this;
    }

    /**
     * Adds interceptors, which see each attempt of a call and must be safe for several threads. The
     * first interceptor is the outermost one; those of later calls of this method are inside. They
     * do not see the credentials, which are added after them.
     *
     * @param interceptors the interceptors, outermost first
     * @return this
     */
    public RangeStreamClientBuilder intercept(ClientInterceptor... interceptors) {
        transport.intercept(interceptors);
        return this;
    }

    /**
     * Records calls by this configuration, such as that of {@code
     * io.rangestream.client.telemetry.RangeStreamTelemetry}, instead of the default. By default,
     * calls are recorded by the global OpenTelemetry if {@code io.grpc:grpc-opentelemetry} is on
     * the class path and a global instance is registered when the client is built. The recording
     * includes the interceptors.
     *
     * @param telemetry configures the channel in {@link #build()}; {@code channel -> {}} records
     *     nothing
     * @return this
     */
    public RangeStreamClientBuilder telemetry(
            Consumer<? super ManagedChannelBuilder<?>> telemetry) {
        transport.telemetry(Objects.requireNonNull(telemetry));
        return this;
    }

    /**
     * Configures gRPC's channel directly, for settings that this builder lacks, such as keep-alive,
     * a proxy or load balancing. Hooks run in {@link #build()} in the order in which they were
     * added, after all other settings, so that they can override those.
     *
     * @param hook configures the channel; must not build it
     * @return this
     */
    public RangeStreamClientBuilder configureChannel(
            Consumer<? super ManagedChannelBuilder<?>> hook) {
        transport.configure(Objects.requireNonNull(hook));
        return this;
    }

    /**
     * Runs asynchronous and vectored reads and the signals of publishers on this executor. By
     * default a client has up to 16 daemon threads for them. The executor limits how many run at
     * once; a running read blocks its thread.
     *
     * @param executor the executor, owned by the caller: the client never shuts it down. It must
     *     not run tasks on the submitting thread
     * @return this
     */
    public RangeStreamClientBuilder asyncExecutor(Executor executor) {
        asyncExecutor = Objects.requireNonNull(executor);
        return this;
    }

    /**
     * Sets the deadline of a call, including all of its retries. For a read it applies until the
     * first message of the response; {@link ReadOptions} set a deadline for the whole read.
     * Default: 30 seconds.
     *
     * @param newDeadline the time, positive
     * @return this
     * @throws IllegalArgumentException if the time is zero or negative
     */
    public RangeStreamClientBuilder deadline(Duration newDeadline) {
        settings = settings.withDeadline(newDeadline);
        return this;
    }

    /**
     * Sets how long a read waits for its next message before it abandons the call and resumes by
     * another. Time in which the caller does not read is not counted. Default: 30 seconds.
     *
     * @param newIdleTimeout the time, positive
     * @return this
     * @throws IllegalArgumentException if the time is zero or negative
     */
    public RangeStreamClientBuilder idleTimeout(Duration newIdleTimeout) {
        settings = settings.withIdleTimeout(newIdleTimeout);
        return this;
    }

    /**
     * Sets how many times in a row a read resumes after a failure of the server or the network. It
     * resumes at the next byte and in the same version, with growing pauses; each received chunk
     * restores one retry. Other calls, including each page of a list, are retried by the same rules
     * within the {@link #deadline}. Lasting failures and changed objects are not retried. Default:
     * 10 retries, which take about half a minute.
     *
     * @param retries the number of retries, at least 0; with 0 the first failure ends the call
     * @return this
     * @throws IllegalArgumentException if the number is negative
     */
    public RangeStreamClientBuilder retryBudget(int retries) {
        settings = settings.withRetryBudget(retries);
        return this;
    }

    /**
     * Sets how many bytes all {@linkplain ObjectReader#channel() channels} of the client together
     * may read ahead. When little of it is left, channels read ahead less; when it is used up, each
     * read requests only its own bytes. Default: 16 MiB.
     *
     * @param bytes the number of bytes, at least 0; with 0 channels do not read ahead
     * @return this
     * @throws IllegalArgumentException if the number is negative
     */
    public RangeStreamClientBuilder readAheadBytes(long bytes) {
        settings = settings.withReadAheadBytes(bytes);
        return this;
    }

    /**
     * Sets HTTP/2's flow-control window, of each stream and of the whole connection: a stream
     * receives at most this many bytes per round trip. Default: 1 MiB, which is 100 MiB/s at a
     * round trip of 10 ms. In addition up to 4 messages of usually 256 KiB are buffered, for a
     * vectored read up to 32.
     *
     * @param bytes the window in bytes, at least 65,536 (64 KiB)
     * @return this
     * @throws IllegalArgumentException if the window is smaller
     */
    public RangeStreamClientBuilder flowControlWindow(int bytes) {
        settings = settings.withFlowControlWindowBytes(bytes);
        return this;
    }

    /**
     * Builds the client, which connects when it is first used.
     *
     * @return the client, to be closed by the caller
     * @throws IllegalArgumentException if plaintext is combined with certificates, or with a bearer
     *     token that is not allowed over plaintext; if a certificate or key is invalid; or if gRPC
     *     has no transport for the target's scheme
     */
    public RangeStreamClient build() {
        return new RangeStreamClient(
                new Connection(
                        transport.channel(settings.flowControlWindowBytes()),
                        transport.callOptions(),
                        settings,
                        asyncExecutor == null ? new AsyncReads() : new AsyncReads(asyncExecutor),
                        transport.mismatchDetector()));
    }
}
