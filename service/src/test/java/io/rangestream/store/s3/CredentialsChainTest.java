package io.rangestream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.range.RangeSpec;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Each source of credentials, against a fake of its service: the key that signs the requests to S3.
 */
class CredentialsChainTest {
    private static final ObjectId FILM = ObjectId.of("films", "film");
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final FakeAws aws = new FakeAws();
    private final SystemProperties properties = new SystemProperties();

    @TempDir private Path folder;
    private Path configuration = Path.of("");
    private Path credentials = Path.of("");

    @BeforeEach
    void useLoopbackOnly() {
        configuration = folder.resolve("config");
        credentials = folder.resolve("credentials");
        properties
                .set("aws.configFile", configuration.toString())
                .set("aws.sharedCredentialsFile", credentials.toString())
                .set("aws.ec2MetadataServiceEndpoint", aws.url())
                .set("aws.endpointUrlSts", aws.url())
                .set("aws.region", "eu-central-1");
    }

    @AfterEach
    void close() {
        properties.close();
        aws.close();
    }

    private S3StoreConfig config(S3Credentials source) {
        return new S3StoreConfig(
                "bucket",
                "",
                Optional.of(URI.create(aws.url())),
                Optional.empty(),
                true,
                source,
                false,
                Optional.empty());
    }

    private S3ObjectStore store(S3Credentials source) {
        return S3ObjectStore.create(config(source), Clock.systemUTC());
    }

    private void assertSignedBy(S3Credentials source, String keyId, String token) {
        try (S3ObjectStore store = store(source)) {
            store.head(FILM);
        }
        FakeAws.Call last = aws.s3Calls().getLast();
        assertThat(last.keyId()).contains(keyId);
        assertThat(last.token()).isEqualTo(Optional.of(token).filter(text -> !text.isEmpty()));
    }

    private void assertChainGives(String keyId, String token) {
        assertSignedBy(new S3Credentials.DefaultChain(), keyId, token);
    }

    @Test
    void signsWithSystemProperties() {
        properties
                .set("aws.accessKeyId", "AKIA-property")
                .set("aws.secretAccessKey", "secret")
                .set("aws.sessionToken", "token-property");
        assertChainGives("AKIA-property", "token-property");
    }

    @Test
    void signsWithCredentialsFileAndItsSessionToken() throws IOException {
        Files.writeString(
                credentials,
                """
                [default]
                aws_access_key_id = AKIA-file
                aws_secret_access_key = secret
                aws_session_token = token-file
                """);
        assertChainGives("AKIA-file", "token-file");
    }

    @Test
    void signsWithWebIdentity() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "first-jwt");
        properties
                .set("aws.roleArn", FakeAws.ROLE + "web")
                .set("aws.webIdentityTokenFile", token.toString());
        assertChainGives("ASIA-web", "token-web");
        assertThat(aws.stsCalls().getFirst().parameter("WebIdentityToken")).contains("first-jwt");
    }

    @Test
    void signsWithWebIdentityOfAProfile() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "first-jwt");
        Files.writeString(
                configuration,
                "[profile web]\nrole_arn = %sweb-profile\nweb_identity_token_file = %s\n"
                        .formatted(FakeAws.ROLE, token));
        assertSignedBy(new S3Credentials.Profile("web"), "ASIA-web-profile", "token-web-profile");
    }

    @Test
    void readsRotatedWebIdentityTokenAgain() throws IOException {
        aws.lifetime = Duration.ofSeconds(1); // expires at once for the SDK
        Path token = Files.writeString(folder.resolve("token"), "first-jwt");
        properties
                .set("aws.roleArn", FakeAws.ROLE + "web")
                .set("aws.webIdentityTokenFile", token.toString());
        try (S3ObjectStore store = store(new S3Credentials.DefaultChain())) {
            store.head(FILM);
            replace(token, "second-jwt");
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .until(
                            () -> {
                                store.head(FILM);
                                return aws.stsCalls()
                                        .getLast()
                                        .parameter("WebIdentityToken")
                                        .equals(Optional.of("second-jwt"));
                            });
        }
    }

    @Test
    void signsWithRoleOfAProfileAndChainedRole() throws IOException {
        Files.writeString(
                configuration,
                """
                [profile outer]
                role_arn = %1$souter
                source_profile = inner
                external_id = shared
                [profile inner]
                role_arn = %1$sinner
                source_profile = base
                """
                        .formatted(FakeAws.ROLE));
        Files.writeString(
                credentials,
                "[base]\naws_access_key_id = AKIA-base\naws_secret_access_key = secret\n");
        assertSignedBy(new S3Credentials.Profile("outer"), "ASIA-outer", "token-outer");
        assertThat(aws.stsCalls())
                .extracting(call -> call.keyId().orElse(""))
                .containsExactly("AKIA-base", "ASIA-inner");
        assertThat(aws.stsCalls().getLast().parameter("ExternalId")).contains("shared");
    }

    @Test
    void signsWithRoleOfInstanceOrContainerCredentials() throws IOException {
        properties
                .set("aws.containerServiceEndpoint", aws.url())
                .set("aws.containerCredentialsPath", "/ecs");
        Files.writeString(
                configuration,
                """
                [profile instance]
                role_arn = %1$si
                credential_source = Ec2InstanceMetadata
                [profile container]
                role_arn = %1$sc
                credential_source = EcsContainer
                """
                        .formatted(FakeAws.ROLE));
        assertSignedBy(new S3Credentials.Profile("instance"), "ASIA-i", "token-i");
        assertSignedBy(new S3Credentials.Profile("container"), "ASIA-c", "token-c");
        assertThat(aws.stsCalls())
                .extracting(call -> call.keyId().orElse(""))
                .containsExactly("ASIA-instance", "ASIA-container");
    }

    @Test
    void signsWithCredentialsOfAProcess() throws IOException {
        Path script = folder.resolve("keys.sh");
        Files.writeString(
                script,
                "echo '{\"Version\":1,\"AccessKeyId\":\"AKIA-process\","
                        + "\"SecretAccessKey\":\"secret\",\"SessionToken\":\"token-process\"}'");
        Files.writeString(
                configuration, "[profile process]\ncredential_process = sh " + script + "\n");
        assertSignedBy(new S3Credentials.Profile("process"), "AKIA-process", "token-process");
    }

    @Test
    void signsWithInstanceRoleByImdsV2() {
        assertChainGives("ASIA-instance", "token-instance");
        assertThat(aws.calls()).anyMatch(call -> call.method().equals("PUT"));
    }

    @Test
    void signsWithContainerRole() {
        properties
                .set("aws.containerServiceEndpoint", aws.url())
                .set("aws.containerCredentialsPath", "/ecs");
        assertChainGives("ASIA-container", "token-container");
    }

    @Test
    void signsWithPodIdentityAndReadsItsTokenAgain() throws IOException {
        aws.lifetime = Duration.ofSeconds(1);
        Path token = Files.writeString(folder.resolve("token"), "first");
        properties
                .set("aws.containerCredentialsFullUri", aws.url() + "/eks")
                .set("aws.containerAuthorizationTokenFile", token.toString());
        assertChainGives("ASIA-pod-first", "token-pod-first");
        replace(token, "second");
        assertChainGives("ASIA-pod-second", "token-pod-second");
    }

    @Test
    void signsWithConfiguredKeysAndSessionToken() {
        assertSignedBy(
                new S3Credentials.Keys("AKIA-given", "secret", Optional.of("token-given")),
                "AKIA-given",
                "token-given");
    }

    @Test
    void assumesRoleWithConfiguredKeysAndWithProfile() throws IOException {
        Files.writeString(
                credentials,
                "[base]\naws_access_key_id = AKIA-base\naws_secret_access_key = secret\n");
        S3Credentials given = new S3Credentials.Keys("AKIA-given", "secret", Optional.empty());
        assertSignedBy(
                new S3Credentials.Role(given, FakeAws.ROLE + "one", Optional.of("id")),
                "ASIA-one",
                "token-one");
        assertSignedBy(
                new S3Credentials.Role(
                        new S3Credentials.Profile("base"), FakeAws.ROLE + "two", Optional.empty()),
                "ASIA-two",
                "token-two");
        assertThat(aws.stsCalls())
                .extracting(call -> call.keyId().orElse(""))
                .containsExactly("AKIA-given", "AKIA-base");
        assertThat(aws.stsCalls().getFirst().parameter("ExternalId")).contains("id");
    }

    @Test
    void anonymousRequestsHaveNoSignature() {
        try (S3ObjectStore store = store(new S3Credentials.Anonymous())) {
            store.head(FILM);
            store.open(FILM, Optional.empty(), RangeSpec.from(0)).close();
        }
        assertThat(aws.calls())
                .hasSize(2)
                .allSatisfy(call -> assertThat(call.authorization()).isEmpty());
    }

    @Test
    void sendsRequestPayerOnlyIfConfigured() {
        S3StoreConfig free = config(new S3Credentials.Keys("a", "b", Optional.empty()));
        for (boolean pays : new boolean[] {true, false}) {
            S3StoreConfig config =
                    new S3StoreConfig(
                            free.bucket(),
                            free.prefix(),
                            free.endpoint(),
                            free.region(),
                            free.pathStyleAccess(),
                            free.credentials(),
                            pays,
                            free.caCertificates());
            int before = aws.calls().size();
            try (S3ObjectStore store = S3ObjectStore.create(config, Clock.systemUTC())) {
                store.head(FILM);
                store.open(FILM, Optional.empty(), RangeSpec.from(0)).close();
                store.list(new ObjectListing.Query("films", "", "", 10, Optional.empty()));
            }
            assertThat(aws.calls().subList(before, aws.calls().size()))
                    .hasSize(3)
                    .allSatisfy(
                            call -> {
                                assertThat(call.payer())
                                        .isEqualTo(
                                                pays ? Optional.of("requester") : Optional.empty());
                                assertThat(call.authorization().orElse("").contains("payer"))
                                        .as("signed: " + call.authorization())
                                        .isEqualTo(pays);
                            });
        }
    }

    @Test
    void readsRotatedKeysWithoutARestart() throws IOException {
        Files.writeString(credentials, keys("AKIA-old"));
        try (S3ObjectStore store = store(new S3Credentials.DefaultChain())) {
            store.head(FILM);
            // Renamed into place, and older than the file that it replaces.
            Path next = Files.writeString(folder.resolve("next"), keys("AKIA-new"));
            Files.setLastModifiedTime(next, FileTime.fromMillis(0));
            Files.move(next, credentials, StandardCopyOption.REPLACE_EXISTING);
            awaitKey(store, "AKIA-new");
            // Half written: the previous content stays in force.
            Files.writeString(credentials, "[default\naws_access_key_id");
            awaitKey(store, "AKIA-new");
            Files.writeString(credentials, keys("AKIA-newest"));
            awaitKey(store, "AKIA-newest");
        }
    }

    private void awaitKey(S3ObjectStore store, String keyId) {
        Awaitility.await(keyId)
                .atMost(TIMEOUT)
                .until(
                        () -> {
                            store.head(FILM);
                            return aws.s3Calls().getLast().keyId().equals(Optional.of(keyId));
                        });
    }

    @Test
    void malformedFileIsNamedInTheError() throws IOException {
        Files.writeString(configuration, "[profile films\nregion = x\n");
        assertThatThrownBy(AwsProfiles::open)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("configuration or credentials file");
    }

    private static String keys(String keyId) {
        return "[default]\naws_access_key_id = " + keyId + "\naws_secret_access_key = secret\n";
    }

    private void replace(Path file, String text) throws IOException {
        Path next = Files.writeString(folder.resolve("next"), text);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
