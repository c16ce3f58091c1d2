package io.rangestream.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.app.config.ServerConfig.Bucket;
import io.rangestream.store.s3.S3StoreConfig;
import io.rangestream.store.s3.credentials.S3Credentials;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The settings of a bucket in S3: credentials, endpoint, region and certificates. */
class S3ReaderTest {
    private static final String ARN = "arn:aws:iam::123456789012:role/films";
    @TempDir private Path folder;
    private Path file = Path.of("");
    private Path configuration = Path.of("");

    @BeforeEach
    void profiles() throws IOException {
        file = folder.resolve("films.yaml");
        configuration = folder.resolve("config");
        Files.writeString(configuration, "[profile films]\nregion = eu-west-1\n");
        System.setProperty("aws.configFile", configuration.toString());
        System.setProperty("aws.sharedCredentialsFile", folder.resolve("credentials").toString());
    }

    @AfterEach
    void clear() {
        System.clearProperty("aws.configFile");
        System.clearProperty("aws.sharedCredentialsFile");
    }

    private S3StoreConfig read(Map<String, String> environment, String section) throws IOException {
        Files.writeString(file, "buckets: { films: { s3: { bucket: x, " + section + " } } }");
        return ((Bucket.S3)
                        new ConfigReader(environment)
                                .read(Optional.of(file), new TreeMap<>(), Optional.empty())
                                .buckets()
                                .values()
                                .iterator()
                                .next())
                .store();
    }

    private S3StoreConfig read(String section) throws IOException {
        return read(Map.of(), section);
    }

    private static S3StoreConfig quickStart(Map<String, String> environment) {
        return ((Bucket.S3)
                        new ConfigReader(environment)
                                .read(Optional.empty(), new TreeMap<>(), Optional.empty())
                                .buckets()
                                .values()
                                .iterator()
                                .next())
                .store();
    }

    @Test
    void readsEachKindOfCredentials() throws IOException {
        String keys = "access-key-id: me, secret-access-key: hush";
        assertThat(read("region: r").credentials()).isEqualTo(new S3Credentials.DefaultChain());
        assertThat(read("anonymous: true").credentials()).isEqualTo(new S3Credentials.Anonymous());
        assertThat(read("anonymous: false").credentials())
                .isEqualTo(new S3Credentials.DefaultChain());
        assertThat(read(keys + ", session-token: t").credentials())
                .isEqualTo(new S3Credentials.Keys("me", "hush", Optional.of("t")));
        assertThat(read("profile: films").credentials())
                .isEqualTo(new S3Credentials.Profile("films"));
        assertThat(read("role-arn: '" + ARN + "', external-id: e, profile: films").credentials())
                .isEqualTo(
                        new S3Credentials.Role(
                                new S3Credentials.Profile("films"), ARN, Optional.of("e")));
        assertThat(read("role-arn: '" + ARN + "', " + keys).credentials())
                .isEqualTo(
                        new S3Credentials.Role(
                                new S3Credentials.Keys("me", "hush", Optional.empty()),
                                ARN,
                                Optional.empty()));
        assertThat(read("request-payer: requester").requesterPays()).isTrue();
        assertThat(read("region: r").requesterPays()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    anonymous: true, access-key-id: a, secret-access-key: hush | anonymous: expected false, as there is access-key-id, but found "true".
                    anonymous: true, profile: films             | anonymous: expected false, as there is profile, but found "true".
                    anonymous: true, role-arn: x                | anonymous: expected false, as there is role-arn, but found "true".
                    anonymous: true, request-payer: requester   | anonymous: expected false, as there is request-payer, but found "true".
                    anonymous: maybe                            | anonymous: expected true or false, but found "maybe".
                    profile: films, access-key-id: a, secret-access-key: hush | profile: expected nothing, as there is access-key-id, but found "films".
                    profile: absent                             | profile: expected a profile in CONFIG or CREDENTIALS, but found "absent".
                    session-token: hush                         | access-key-id: expected a value, as there is session-token, but found nothing.
                    external-id: e                              | role-arn: expected a value, as there is external-id, but found nothing.
                    role-arn: films                             | role-arn: expected a role's ARN as in arn:aws:iam::123456789012:role/NAME, but found "films".
                    request-payer: owner                        | request-payer: expected requester, but found "owner".
                    ca-certificates: /no/such.pem               | ca-certificates: expected a PEM file of certificates, but found "/no/such.pem": it is not a file that can be read.
                    ca-certificates: CONFIG                     | ca-certificates: expected a PEM file of certificates, but found "CONFIG": it has no line -----BEGIN CERTIFICATE-----.
                    ca-certificates: x.pem, endpoint: 'http://h' | ca-certificates: expected nothing, as the endpoint is http and not https, but found "x.pem".
                    """)
    void rejectsContradictingSettings(String section, String sentence) {
        assertThatThrownBy(() -> read(named(section)))
                .isInstanceOf(ConfigException.class)
                .hasMessage(file + ": buckets.films.s3." + named(sentence))
                .hasMessageNotContaining("hush");
    }

    private String named(String text) {
        return text.replace("CONFIG", configuration.toString())
                .replace("CREDENTIALS", folder.resolve("credentials").toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://h:9000?x=1",
                "http://h:9000/?",
                "http://h:9000/#top",
                "http://me:hush@h:9000",
                "http://hush@h",
                "http://me:hu@sh@h",
                "http://minio_s3:9000",
                "http://h:99999",
                "http://h:0",
                "http://h/a//b",
                "http://h/a/../b",
                "http://h/a%20b",
                "HTTP//h",
            })
    void rejectsUnusableEndpoint(String endpoint) {
        assertThatThrownBy(() -> read("endpoint: '" + endpoint + "'"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(
                        file + ": buckets.films.s3.endpoint: expected a URL as in http://HOST:PORT")
                .hasMessageNotContainingAny("hush", "me:hu");
        for (String variable : new String[] {"S3_ENDPOINT", "AWS_ENDPOINT_URL_S3"}) {
            assertThatThrownBy(
                            () -> quickStart(Map.of("S3_BUCKET", "my-films", variable, endpoint)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageStartingWith(variable + ": expected a URL as in http://HOST:PORT");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://h",
                "https://h/",
                "http://127.0.0.1:9000",
                "http://[::1]:9000",
                "https://h/storage/v1/s3"
            })
    void acceptsEndpointWithPortOrPath(String endpoint) throws IOException {
        assertThat(read("endpoint: '" + endpoint + "'").endpoint()).contains(URI.create(endpoint));
    }

    @Test
    void readsEndpointAndRegionFromAwsVariables() throws IOException {
        Map<String, String> environment =
                Map.of(
                        "AWS_ENDPOINT_URL", "http://all:1",
                        "AWS_ENDPOINT_URL_S3", "http://s3:1",
                        "AWS_DEFAULT_REGION", "eu-south-1");
        S3StoreConfig store = read(environment, "prefix: a");
        assertThat(store.endpoint()).contains(URI.create("http://s3:1"));
        assertThat(store.pathStyleAccess()).isTrue();
        assertThat(store.region()).contains("eu-south-1");
        assertThat(read(Map.of("AWS_ENDPOINT_URL", "http://all:1"), "prefix: a").endpoint())
                .contains(URI.create("http://all:1"));
        S3StoreConfig own = read(environment, "endpoint: 'http://own:1'");
        assertThat(own.endpoint()).contains(URI.create("http://own:1"));
        assertThat(own.region()).isEmpty();
        assertThat(
                        read(
                                        Map.of(
                                                "AWS_ENDPOINT_URL", "http://all:1",
                                                "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
                                        "prefix: a")
                                .endpoint())
                .isEmpty();
        S3StoreConfig quick =
                quickStart(Map.of("S3_BUCKET", "my-films", "AWS_ENDPOINT_URL_S3", "http://s3:1"));
        assertThat(quick.endpoint()).contains(URI.create("http://s3:1"));
        assertThat(quick.pathStyleAccess()).isTrue();
        assertThat(
                        quickStart(
                                        Map.of(
                                                "S3_BUCKET", "my-films",
                                                "S3_ENDPOINT", "http://own:1",
                                                "AWS_ENDPOINT_URL_S3", "http://s3:1"))
                                .endpoint())
                .contains(URI.create("http://own:1"));
    }

    @Test
    void rejectsUnreadableCaBundle() throws IOException {
        assertThatThrownBy(() -> read(Map.of("AWS_CA_BUNDLE", "/no/such.pem"), "prefix: a"))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "AWS_CA_BUNDLE: expected a PEM file of certificates, but found"
                                + " \"/no/such.pem\": it is not a file that can be read.");
        Files.writeString(configuration, "[profile films]\nca_bundle = /no/such.pem\n");
        assertThatThrownBy(() -> read("profile: films"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("ca_bundle of the AWS profile films: expected a PEM file");
    }

    @Test
    void rejectsMissingProfileOfEnvironment() throws IOException {
        Map<String, String> absent = Map.of("AWS_PROFILE", "absent", "S3_BUCKET", "my-films");
        String sentence =
                named("AWS_PROFILE: expected a profile in CONFIG or CREDENTIALS, but found")
                        + " \"absent\".";
        assertThatThrownBy(() -> read(absent, "prefix: a")).hasMessage(sentence);
        assertThatThrownBy(() -> quickStart(absent)).hasMessage(sentence);
        assertThat(read(Map.of("AWS_PROFILE", "films"), "prefix: a").credentials())
                .isEqualTo(new S3Credentials.DefaultChain());
        assertThat(read(absent, "anonymous: true").credentials())
                .isEqualTo(new S3Credentials.Anonymous());
        // Keys in the environment take precedence over a profile.
        assertThat(
                        read(
                                        Map.of("AWS_PROFILE", "absent", "AWS_ACCESS_KEY_ID", "me"),
                                        "prefix: a")
                                .credentials())
                .isEqualTo(new S3Credentials.DefaultChain());
    }

    @Test
    void namesUnparsableProfileFile() throws IOException {
        Files.writeString(configuration, "[profile films\n");
        assertThatThrownBy(() -> read("profile: films"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(configuration.toString())
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
    }

    @Test
    void masksSecretsInText() throws IOException {
        S3StoreConfig store =
                read(
                        "access-key-id: me, secret-access-key: hush, session-token: hush-token,"
                                + " role-arn: '"
                                + ARN
                                + "'");
        assertThat(store.toString()).contains("me", ARN, "***").doesNotContain("hush");
    }
}
