package io.rangestream.testkit;

import io.rangestream.store.s3.S3StoreConfig;

import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

import java.net.URI;
import java.util.Optional;
import java.util.UUID;

/**
 * A real MinIO. One is shared by all tests of a JVM, each with buckets of its own, and started when
 * the first asks; a test that ends or freezes one starts its own.
 */
public final class MinioServer implements AutoCloseable {
    private static final Machine MACHINE = new LocalMachine();
    private static @Nullable MinioServer shared;
    private static @Nullable String missing;

    private final RunningMinio minio;
    private final S3Client client;

    private MinioServer(RunningMinio minio) {
        this.minio = minio;
        this.client =
                S3Client.builder()
                        .endpointOverride(minio.endpoint())
                        .region(Region.of(minio.region()))
                        .forcePathStyle(true)
                        .credentialsProvider(
                                StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create(
                                                minio.accessKeyId(), minio.secretAccessKey())))
                        .httpClientBuilder(Apache5HttpClient.builder())
                        .build();
    }

    /** The shared one; a test that asks where there is none to be had ends here, aborted. */
    public static synchronized MinioServer shared() {
        MinioServer server = shared;
        if (server == null) {
            server = start(MinioSource.choose(new MinioProbe(MACHINE)));
            shared = server;
        }
        return server;
    }

    /** One for this test alone, which closes it. */
    public static MinioServer startOwn() {
        return start(MinioSource.chooseOwn(new MinioProbe(MACHINE)));
    }

    /** Why there is none to be had; the list has it then. Starts the shared one otherwise. */
    static synchronized Optional<String> whyMissing() {
        if (missing == null) {
            try {
                shared();
            } catch (TestAbortedException e) {
                missing = e.getMessage();
            }
        }
        return Optional.ofNullable(missing);
    }

    private static MinioServer start(MinioSource source) {
        return new MinioServer(
                switch (source) {
                    case MinioSource.Given given -> new GivenMinio(given);
                    case MinioSource.Container() -> MinioContainer.start();
                    case MinioSource.Installed(var program) -> MinioProcess.start(program);
                    case MinioSource.ToBuild() ->
                            MinioProcess.start(
                                    MinioSource.PROGRAM
                                            .install(MACHINE)
                                            .orElseThrow(MinioServer::noMinio));
                    case MinioSource.Skipped() ->
                            throw missing(
                                    " was left out by -Dskip.s3",
                                    "mvn verify   (without -Dskip.s3)");
                    case MinioSource.None() -> throw noMinio();
                });
    }

    private static TestAbortedException noMinio() {
        return missing(
                " did not run",
                MinioSource.PROGRAM.command()
                        + "   (or a Docker engine, or RANGESTREAM_TEST_S3_ENDPOINT=its address)");
    }

    private static TestAbortedException missing(String why, String command) {
        return new TestAbortedException(
                MissingTools.ofThisBuild(MACHINE)
                        .enter("minio", "integration with a real MinIO" + why, command));
    }

    public URI endpoint() {
        return minio.endpoint();
    }

    public String accessKeyId() {
        return minio.accessKeyId();
    }

    public String secretAccessKey() {
        return minio.secretAccessKey();
    }

    public String region() {
        return minio.region();
    }

    /** A new, empty bucket. */
    public TestBucket createBucket() {
        String name = "rangestream-" + UUID.randomUUID();
        client.createBucket(request -> request.bucket(name));
        return new TestBucket(this, client, name);
    }

    /** How our store reaches a bucket here, whether there is one of that name or not. */
    public S3StoreConfig storeConfig(String bucket, String prefix) {
        return new S3StoreConfig(
                bucket,
                prefix,
                Optional.of(endpoint()),
                Optional.of(region()),
                true,
                Optional.of(accessKeyId()),
                Optional.of(secretAccessKey()));
    }

    /** Ends it as {@code kill -9} does: connections break off. */
    public void kill() {
        minio.kill();
    }

    /** Stops it in its tracks with its connections open, until {@link #thaw}. */
    public void freeze() {
        minio.freeze();
    }

    public void thaw() {
        minio.thaw();
    }

    @Override
    public void close() {
        client.close();
        minio.close();
    }
}
