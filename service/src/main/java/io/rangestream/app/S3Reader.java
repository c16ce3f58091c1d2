package io.rangestream.app;

import io.rangestream.store.s3.AwsProfiles;
import io.rangestream.store.s3.CaCertificates;
import io.rangestream.store.s3.S3Credentials;
import io.rangestream.store.s3.S3StoreConfig;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads where a bucket of S3 is and how it is reached, from a section or the environment. */
final class S3Reader {
    private static final String ACCESS_KEY_ID = "access-key-id";
    private static final String SECRET_ACCESS_KEY = "secret-access-key";
    private static final String SESSION_TOKEN = "session-token";
    private static final String ANONYMOUS = "anonymous";
    private static final String PROFILE = "profile";
    private static final String ROLE_ARN = "role-arn";
    private static final String EXTERNAL_ID = "external-id";
    private static final String REQUEST_PAYER = "request-payer";
    private static final String CA_CERTIFICATES = "ca-certificates";

    private final Map<String, String> environment;

    S3Reader(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Reads the section {@code buckets.NAME.s3}. */
    S3StoreConfig read(ConfigSection section) {
        section.allowOnly(
                "bucket",
                "prefix",
                "endpoint",
                "region",
                "path-style-access",
                ACCESS_KEY_ID,
                SECRET_ACCESS_KEY,
                SESSION_TOKEN,
                PROFILE,
                ROLE_ARN,
                EXTERNAL_ID,
                ANONYMOUS,
                REQUEST_PAYER,
                CA_CERTIFICATES);
        String bucket = section.requiredText("bucket", "the bucket's name in S3");
        Optional<URI> own =
                section.text("endpoint")
                        .map(text -> S3Endpoint.parse(section.where("endpoint"), text));
        Optional<URI> endpoint = own.or(this::endpoint);
        Optional<String> region = section.text("region");
        if (own.isEmpty()) {
            region = region.or(this::region);
        }
        S3Credentials credentials = credentials(section);
        boolean requesterPays = requesterPays(section);
        return new S3StoreConfig(
                bucket,
                section.text("prefix").orElse(""),
                endpoint,
                region,
                section.flag("path-style-access", endpoint.isPresent()),
                credentials,
                requesterPays,
                caCertificates(section, endpoint, credentials));
    }

    /** The bucket that {@code S3_BUCKET} names, if it does. */
    Optional<S3StoreConfig> fromEnvironment() {
        return variable("S3_BUCKET")
                .map(
                        bucket -> {
                            Optional<URI> endpoint =
                                    variable("S3_ENDPOINT")
                                            .map(text -> S3Endpoint.parse("S3_ENDPOINT", text))
                                            .or(this::endpoint);
                            S3Credentials credentials = defaultChain(profiles("S3_BUCKET"));
                            return new S3StoreConfig(
                                    bucket,
                                    "",
                                    endpoint,
                                    variable("AWS_REGION").or(this::region),
                                    endpoint.isPresent(),
                                    credentials,
                                    false,
                                    caBundle(credentials));
                        });
    }

    /** As the SDK would find it; but there it would be a bucket in the host's name. */
    private Optional<URI> endpoint() {
        if ("true".equalsIgnoreCase(environment.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"))) {
            return Optional.empty();
        }
        return Stream.of("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
                .flatMap(name -> variable(name).map(text -> S3Endpoint.parse(name, text)).stream())
                .findFirst();
    }

    /** What the SDK does not read, and the AWS CLI does. */
    private Optional<String> region() {
        return variable("AWS_REGION").or(() -> variable("AWS_DEFAULT_REGION"));
    }

    private S3Credentials credentials(ConfigSection section) {
        Optional<String> accessKeyId = section.text(ACCESS_KEY_ID);
        Optional<String> secretAccessKey = section.text(SECRET_ACCESS_KEY);
        Optional<String> sessionToken = section.text(SESSION_TOKEN);
        Optional<String> profile = section.text(PROFILE);
        Optional<String> roleArn = section.text(ROLE_ARN);
        Optional<String> externalId = section.text(EXTERNAL_ID);
        if (accessKeyId.isPresent() != secretAccessKey.isPresent()) {
            throw section.expected(
                    accessKeyId.isPresent() ? SECRET_ACCESS_KEY : ACCESS_KEY_ID,
                    "a value, as the other half of the credentials has one",
                    "nothing");
        }
        if (sessionToken.isPresent() && accessKeyId.isEmpty()) {
            throw section.expected(
                    ACCESS_KEY_ID, "a value, as there is " + SESSION_TOKEN, "nothing");
        }
        if (externalId.isPresent() && roleArn.isEmpty()) {
            throw section.expected(ROLE_ARN, "a value, as there is " + EXTERNAL_ID, "nothing");
        }
        if (section.flag(ANONYMOUS, false)) {
            for (String other : new String[] {ACCESS_KEY_ID, PROFILE, ROLE_ARN, REQUEST_PAYER}) {
                if (section.text(other).isPresent()) {
                    throw section.expected(
                            ANONYMOUS,
                            "false, as there is " + other,
                            section.found(ANONYMOUS, "true"));
                }
            }
            return new S3Credentials.Anonymous();
        }
        AwsProfiles profiles = profiles(section.where(PROFILE));
        S3Credentials source;
        if (profile.isPresent()) {
            String name = profile.get();
            if (accessKeyId.isPresent()) {
                throw section.expected(
                        PROFILE,
                        "nothing, as there is " + ACCESS_KEY_ID,
                        section.found(PROFILE, name));
            }
            if (!profiles.has(name)) {
                throw section.expected(
                        PROFILE, "a profile in " + profiles.places(), section.found(PROFILE, name));
            }
            source = new S3Credentials.Profile(name);
        } else if (accessKeyId.isPresent()) {
            source =
                    new S3Credentials.Keys(
                            accessKeyId.get(), secretAccessKey.orElseThrow(), sessionToken);
        } else {
            source = defaultChain(profiles);
        }
        return roleArn.isEmpty()
                ? source
                : new S3Credentials.Role(source, arn(section, roleArn.get()), externalId);
    }

    /** The chain would pass over a profile that does not exist, and end with no credentials. */
    private S3Credentials defaultChain(AwsProfiles profiles) {
        Optional<String> name = variable("AWS_PROFILE");
        boolean isAsked =
                variable("AWS_ACCESS_KEY_ID").isEmpty()
                        && variable("AWS_WEB_IDENTITY_TOKEN_FILE").isEmpty();
        if (isAsked && name.isPresent() && !profiles.has(name.get())) {
            throw ConfigException.expected(
                    "AWS_PROFILE",
                    "a profile in " + profiles.places(),
                    ConfigSection.quoted(name.get()));
        }
        return new S3Credentials.DefaultChain();
    }

    private static String arn(ConfigSection section, String text) {
        if (!text.matches("arn:[^:\\s]*:[^:\\s]*:[^:\\s]*:[^:\\s]*:\\S+")) {
            throw section.expected(
                    ROLE_ARN,
                    "a role's ARN as in arn:aws:iam::123456789012:role/NAME",
                    section.found(ROLE_ARN, text));
        }
        return text;
    }

    private static boolean requesterPays(ConfigSection section) {
        Optional<String> payer = section.text(REQUEST_PAYER);
        if (payer.isPresent() && !payer.get().equals("requester")) {
            throw section.expected(
                    REQUEST_PAYER, "requester", section.found(REQUEST_PAYER, payer.get()));
        }
        return payer.isPresent();
    }

    private Optional<Path> caCertificates(
            ConfigSection section, Optional<URI> endpoint, S3Credentials credentials) {
        Optional<String> text = section.text(CA_CERTIFICATES);
        if (text.isEmpty()) {
            return caBundle(credentials);
        }
        String where = section.where(CA_CERTIFICATES);
        if (endpoint.isPresent() && "http".equals(endpoint.get().getScheme())) {
            throw ConfigException.expected(
                    where,
                    "nothing, as the endpoint is http and not https",
                    section.found(CA_CERTIFICATES, text.get()));
        }
        return Optional.of(pem(where, text.get()));
    }

    /** As the AWS CLI finds it; the SDK does not look for it. */
    private Optional<Path> caBundle(S3Credentials credentials) {
        Optional<Path> ofAll = variable("AWS_CA_BUNDLE").map(text -> pem("AWS_CA_BUNDLE", text));
        return switch (credentials) {
            case S3Credentials.Anonymous _, S3Credentials.Keys _ -> ofAll;
            case S3Credentials.DefaultChain _, S3Credentials.Role _ ->
                    ofAll.or(() -> profileCaBundle(AwsProfiles.defaultName()));
            case S3Credentials.Profile(String name) -> ofAll.or(() -> profileCaBundle(name));
        };
    }

    private Optional<Path> profileCaBundle(String profile) {
        String where = "ca_bundle of the AWS profile " + profile;
        return profiles(where).property(profile, "ca_bundle").map(text -> pem(where, text));
    }

    private static Path pem(String where, String text) {
        String expected = "a PEM file of certificates";
        try {
            Path file = Path.of(text);
            CaCertificates.open(file);
            return file;
        } catch (InvalidPathException e) {
            throw ConfigException.expected(where, expected, ConfigSection.quoted(text));
        } catch (IllegalArgumentException e) {
            throw ConfigException.expected(
                    where, expected, ConfigSection.quoted(text) + ": " + e.getMessage());
        }
    }

    private static AwsProfiles profiles(String where) {
        try {
            return AwsProfiles.open();
        } catch (IllegalArgumentException e) {
            throw new ConfigException(where + ": " + e.getMessage());
        }
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }
}
