package io.rangestream.app.config;

import static io.rangestream.app.config.Settings.S3_ACCESS_KEY_ID;
import static io.rangestream.app.config.Settings.S3_ANONYMOUS;
import static io.rangestream.app.config.Settings.S3_BUCKET;
import static io.rangestream.app.config.Settings.S3_CA_CERTIFICATES;
import static io.rangestream.app.config.Settings.S3_ENDPOINT;
import static io.rangestream.app.config.Settings.S3_EXTERNAL_ID;
import static io.rangestream.app.config.Settings.S3_PATH_STYLE_ACCESS;
import static io.rangestream.app.config.Settings.S3_PREFIX;
import static io.rangestream.app.config.Settings.S3_PROFILE;
import static io.rangestream.app.config.Settings.S3_REGION;
import static io.rangestream.app.config.Settings.S3_REQUEST_PAYER;
import static io.rangestream.app.config.Settings.S3_ROLE_ARN;
import static io.rangestream.app.config.Settings.S3_SECRET_ACCESS_KEY;
import static io.rangestream.app.config.Settings.S3_SESSION_TOKEN;

import io.rangestream.store.s3.S3StoreConfig;
import io.rangestream.store.s3.credentials.AwsProfiles;
import io.rangestream.store.s3.credentials.S3Credentials;
import io.rangestream.store.s3.http.CaCertificates;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads the settings of a bucket in S3, and refuses those that contradict each other. */
final class S3Reader {
    static final String PEM_FILE = "a PEM file of certificates";

    private final SettingValues bucket;

    private S3Reader(SettingValues bucket) {
        this.bucket = bucket;
    }

    static S3StoreConfig read(SettingValues bucket) {
        return new S3Reader(bucket).read();
    }

    private S3StoreConfig read() {
        String name = bucket.get(S3_BUCKET);
        Optional<URI> endpoint = bucket.find(S3_ENDPOINT);
        S3Credentials credentials = credentials();
        if (bucket.isConfigured(S3_CA_CERTIFICATES)
                && endpoint.filter(url -> url.getScheme().equals("http")).isPresent()) {
            throw bucket.expected(
                    S3_CA_CERTIFICATES, "nothing, as the endpoint is http and not https");
        }
        return new S3StoreConfig(
                name,
                bucket.find(S3_PREFIX).orElse(""),
                endpoint,
                bucket.find(S3_REGION),
                bucket.get(S3_PATH_STYLE_ACCESS),
                credentials,
                bucket.find(S3_REQUEST_PAYER).isPresent(),
                bucket.find(S3_CA_CERTIFICATES));
    }

    private S3Credentials credentials() {
        boolean hasKey = bucket.isConfigured(S3_ACCESS_KEY_ID);
        if (hasKey != bucket.isConfigured(S3_SECRET_ACCESS_KEY)) {
            throw bucket.expected(
                    hasKey ? S3_SECRET_ACCESS_KEY : S3_ACCESS_KEY_ID,
                    "a value, as the other half of the credentials has one");
        }
        require(S3_SESSION_TOKEN, S3_ACCESS_KEY_ID);
        require(S3_EXTERNAL_ID, S3_ROLE_ARN);
        if (bucket.get(S3_ANONYMOUS)) {
            for (Setting<?> other :
                    List.of(S3_ACCESS_KEY_ID, S3_PROFILE, S3_ROLE_ARN, S3_REQUEST_PAYER)) {
                exclude(S3_ANONYMOUS, "false", other);
            }
            return new S3Credentials.Anonymous();
        }
        S3Credentials source = source();
        return bucket.find(S3_ROLE_ARN)
                .<S3Credentials>map(
                        arn -> new S3Credentials.Role(source, arn, bucket.find(S3_EXTERNAL_ID)))
                .orElse(source);
    }

    private S3Credentials source() {
        Optional<String> profile = bucket.find(S3_PROFILE);
        Optional<String> accessKeyId = bucket.find(S3_ACCESS_KEY_ID);
        AwsProfiles profiles = profiles(bucket.where(S3_PROFILE));
        if (profile.isPresent()) {
            exclude(S3_PROFILE, "nothing", S3_ACCESS_KEY_ID);
            if (!profiles.has(profile.get())) {
                throw bucket.expected(S3_PROFILE, "a profile in " + profiles.places());
            }
            return new S3Credentials.Profile(profile.get());
        }
        if (accessKeyId.isPresent()) {
            return new S3Credentials.Keys(
                    accessKeyId.get(),
                    bucket.get(S3_SECRET_ACCESS_KEY),
                    bucket.find(S3_SESSION_TOKEN));
        }
        // The chain would skip a profile that does not exist, and end without credentials.
        Optional<Given> ofEnvironment = bucket.variable("AWS_PROFILE");
        boolean isProfileUsed =
                bucket.variable("AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE").isEmpty();
        if (isProfileUsed
                && ofEnvironment.isPresent()
                && !profiles.has(ofEnvironment.get().text())) {
            throw ofEnvironment.get().expected("a profile in " + profiles.places());
        }
        return new S3Credentials.DefaultChain();
    }

    private void require(Setting<?> setting, Setting<?> other) {
        if (bucket.isConfigured(setting) && !bucket.isConfigured(other)) {
            throw bucket.expected(other, "a value, as there is " + name(setting));
        }
    }

    private void exclude(Setting<?> setting, String expected, Setting<?> other) {
        if (bucket.isConfigured(other)) {
            throw bucket.expected(setting, expected + ", as there is " + name(other));
        }
    }

    private static String name(Setting<?> setting) {
        return setting.path().getLast();
    }

    /** The SDK would find these variables too, but would put the bucket into the host name. */
    static Optional<Given> endpoint(SettingValues bucket) {
        boolean isIgnored =
                bucket.variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
                        .filter(given -> given.text().equalsIgnoreCase("true"))
                        .isPresent();
        return isIgnored
                ? Optional.empty()
                : bucket.variable("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
    }

    /** The SDK does not read AWS_DEFAULT_REGION, but the AWS CLI does. */
    static Optional<Given> region(SettingValues bucket) {
        return bucket.isConfigured(S3_ENDPOINT)
                ? Optional.empty()
                : bucket.variable("AWS_REGION", "AWS_DEFAULT_REGION");
    }

    /** As the AWS CLI finds it; the SDK does not look for it. */
    static Optional<Given> caBundle(SettingValues bucket) {
        return bucket.variable("AWS_CA_BUNDLE")
                .or(() -> usedProfile(bucket).flatMap(S3Reader::caBundleOfProfile));
    }

    private static Optional<String> usedProfile(SettingValues bucket) {
        if (bucket.isConfigured(S3_ROLE_ARN)) {
            return Optional.of(AwsProfiles.defaultName());
        }
        return bucket.get(S3_ANONYMOUS) || bucket.isConfigured(S3_ACCESS_KEY_ID)
                ? Optional.empty()
                : bucket.find(S3_PROFILE).or(() -> Optional.of(AwsProfiles.defaultName()));
    }

    private static Optional<Given> caBundleOfProfile(String profile) {
        String where = "ca_bundle of the AWS profile " + profile;
        return profiles(where)
                .property(profile, "ca_bundle")
                .map(text -> Given.of(where, text, where));
    }

    /** Checks that the file has certificates; it is read again for each connection. */
    static void checkPem(Given given, Path file) {
        try {
            CaCertificates.open(file);
        } catch (IllegalArgumentException e) {
            throw given.refused(PEM_FILE, given.text(), ": " + e.getMessage());
        }
    }

    private static AwsProfiles profiles(String where) {
        try {
            return AwsProfiles.open();
        } catch (IllegalArgumentException e) {
            throw new ConfigException(where + ": " + e.getMessage());
        }
    }
}
