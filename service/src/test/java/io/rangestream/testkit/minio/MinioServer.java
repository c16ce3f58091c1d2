package io.rangestream.testkit.minio;

import io.rangestream.store.s3.S3StoreConfig;
import io.rangestream.testkit.tool.LocalMachine;
import io.rangestream.testkit.tool.Machine;
import io.rangestream.testkit.tool.MissingTools;

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
 * A real MinIO. All tests of a JVM share one, which the first of them starts; each test creates its
 * own buckets in it. A test that ends or freezes a server starts one for itself. Safe for many
 * threads.
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

    /**
     * The shared server; starts it if necessary.
     *
     * @throws TestAbortedException if no MinIO is available
     */
    public static synchronized MinioServer shared() {
        MinioServer server = shared;
        if (server == null) {
            server = start(MinioSource.choose(new MinioProbe(MACHINE)));
            shared = server;
        }
        return server;
    }

    /**
     * Starts a server for one test, which closes it.
     *
     * @throws TestAbortedException if no MinIO is available
     */
    public static MinioServer startOwn() {
        return start(MinioSource.chooseOwn(new MinioProbe(MACHINE)));
    }

    /**
     * The reason why no MinIO is available, which is in the list of missing tools then. Starts the
     * shared server otherwise.
     */
    static synchronized Optional<String> missingReason() {
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
                        .add("minio", "integration with a real MinIO" + why, command));
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

    /** Creates an empty bucket. */
    public TestBucket createBucket() {
        String name = "rangestream-" + UUID.randomUUID();
        client.createBucket(request -> request.bucket(name));
        return new TestBucket(this, client, name);
    }

    /** The configuration of our store for a bucket of this server. The bucket may be missing. */
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

    /** Kills the server as {@code kill -9} does: connections break. */
    public void kill() {
        minio.kill();
    }

    /** Stops the server until {@link #thaw}; its connections stay open. */
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
