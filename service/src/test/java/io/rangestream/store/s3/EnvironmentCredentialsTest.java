package io.rangestream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Sources of credentials that need their own environment and home folder, and so a separate
 * process.
 */
class EnvironmentCredentialsTest {
    private final FakeAws aws = new FakeAws();
    @TempDir private Path home;

    @AfterEach
    void close() {
        aws.close();
    }

    private List<String> keysThatSign(Map<String, String> environment, String... profiles)
            throws IOException, InterruptedException {
        return keysThatSign(aws, environment, profiles);
    }

    private List<String> keysThatSign(
            FakeAws aws, Map<String, String> environment, String... profiles)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                HeadOnce.class.getName(),
                                aws.url()));
        command.addAll(List.of(profiles));
        Path log = home.resolve("log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", System.getenv("PATH"));
        builder.environment().put("HOME", home.toString());
        builder.environment().put("AWS_REGION", "eu-central-1");
        builder.environment().put("AWS_EC2_METADATA_DISABLED", "true");
        builder.environment().put("AWS_ENDPOINT_URL", aws.url());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
        return aws.s3Calls().stream()
                .map(call -> call.keyId().orElse("") + " " + call.token().orElse(""))
                .toList();
    }

    @Test
    void signsWithKeysOfTheEnvironment() throws IOException, InterruptedException {
        Map<String, String> environment =
                Map.of(
                        "AWS_ACCESS_KEY_ID", "AKIA-environment",
                        "AWS_SECRET_ACCESS_KEY", "secret",
                        "AWS_SESSION_TOKEN", "token-environment");
        Files.writeString(
                Files.createDirectory(home.resolve(".aws")).resolve("config"),
                "[profile films]\nrole_arn = %sfilms\ncredential_source = Environment\n"
                        .formatted(FakeAws.ROLE));
        assertThat(keysThatSign(environment, HeadOnce.CHAIN, "films"))
                .containsExactly("AKIA-environment token-environment", "ASIA-films token-films");
    }

    @Test
    void signsWithWebIdentityOfAServiceAccount() throws IOException, InterruptedException {
        Path token = Files.writeString(home.resolve("jwt"), "a.b.c");
        assertThat(
                        keysThatSign(
                                Map.of(
                                        "AWS_ROLE_ARN",
                                        FakeAws.ROLE + "account",
                                        "AWS_WEB_IDENTITY_TOKEN_FILE",
                                        token.toString()),
                                HeadOnce.CHAIN))
                .containsExactly("ASIA-account token-account");
    }

    @Test
    void trustsTheBundleOfTheEnvironmentForSts()
            throws IOException, InterruptedException, GeneralSecurityException {
        TestCertificates.create(home, "inspecting-proxy");
        Path token = Files.writeString(home.resolve("jwt"), "a.b.c");
        try (FakeAws tls =
                new FakeAws(Optional.of(TestCertificates.context(home, "inspecting-proxy")))) {
            assertThat(
                            keysThatSign(
                                    tls,
                                    Map.of(
                                            "AWS_ROLE_ARN", FakeAws.ROLE + "account",
                                            "AWS_WEB_IDENTITY_TOKEN_FILE", token.toString(),
                                            "AWS_CA_BUNDLE",
                                                    home.resolve("inspecting-proxy.pem")
                                                            .toString()),
                                    HeadOnce.CHAIN))
                    .containsExactly("ASIA-account token-account");
        }
    }

    @Test
    void reachesStsAndStoreThroughTheHttpsProxy()
            throws IOException, InterruptedException, GeneralSecurityException {
        TestCertificates.create(home, "aws");
        Path token = Files.writeString(home.resolve("jwt"), "a.b.c");
        try (FakeAws tls = new FakeAws(Optional.of(TestCertificates.context(home, "aws")));
                ForwardProxy proxy = ForwardProxy.start(URI.create(tls.url()).getPort())) {
            assertThat(
                            keysThatSign(
                                    tls,
                                    Map.of(
                                            "AWS_ROLE_ARN", FakeAws.ROLE + "account",
                                            "AWS_WEB_IDENTITY_TOKEN_FILE", token.toString(),
                                            "AWS_CA_BUNDLE", home.resolve("aws.pem").toString(),
                                            "HTTPS_PROXY", proxy.url()),
                                    HeadOnce.CHAIN))
                    .containsExactly("ASIA-account token-account");
            String target = URI.create(tls.url()).getAuthority();
            assertThat(proxy.requests())
                    .containsExactly(
                            "CONNECT " + target + " HTTP/1.1", "CONNECT " + target + " HTTP/1.1");
        }
    }

    @Test
    void signsWithPodIdentity() throws IOException, InterruptedException {
        Path token = Files.writeString(home.resolve("jwt"), "abc");
        assertThat(
                        keysThatSign(
                                Map.of(
                                        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                                        aws.url() + "/eks",
                                        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                                        token.toString()),
                                HeadOnce.CHAIN))
                .containsExactly("ASIA-pod-abc token-pod-abc");
    }

    /** Both forms of a profile. The token of the session has expired and is renewed by OIDC. */
    @Test
    void signsWithCachedSingleSignOnToken() throws IOException, InterruptedException {
        Files.createDirectories(home.resolve(".aws/sso/cache"));
        Files.writeString(
                home.resolve(".aws/config"),
                """
                [profile legacy]
                sso_start_url = https://start.invalid
                sso_region = eu-central-1
                sso_account_id = 123456789012
                sso_role_name = reader
                [profile session]
                sso_session = films
                sso_account_id = 123456789012
                sso_role_name = reader
                [sso-session films]
                sso_start_url = https://start.invalid
                sso_region = eu-central-1
                """);
        cacheToken("https://start.invalid", "cached", Instant.now().plus(1, ChronoUnit.HOURS));
        cacheToken("films", "expired", Instant.now().minus(1, ChronoUnit.HOURS));
        assertThat(keysThatSign(Map.of("AWS_PROFILE", "legacy"), HeadOnce.CHAIN, "session"))
                .containsExactly("ASIA-sso-cached token-sso", "ASIA-sso-refreshed token-sso");
    }

    // The file name and format of the AWS CLI.
    private void cacheToken(String name, String token, Instant expiry) throws IOException {
        Files.writeString(
                home.resolve(".aws/sso/cache/" + sha1(name) + ".json"),
                """
                {"startUrl": "https://start.invalid", "region": "eu-central-1",
                 "accessToken": "%s", "expiresAt": "%s",
                 "clientId": "id", "clientSecret": "secret", "refreshToken": "refresh",
                 "registrationExpiresAt": "%s"}
                """
                        .formatted(
                                token,
                                expiry.truncatedTo(ChronoUnit.SECONDS),
                                Instant.now()
                                        .plus(1, ChronoUnit.DAYS)
                                        .truncatedTo(ChronoUnit.SECONDS)));
    }

    private static String sha1(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-1")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
