package io.rangestream.store.s3;

import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileLocation;
import software.amazon.awssdk.profiles.ProfileFileSystemSetting;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * AWS's shared configuration and credentials files, read again after one of them was replaced. The
 * SDK calls {@link #get} for each request that it signs; the files are checked once in {@link
 * #CHECK_EVERY}. If a file can't be parsed, for example because it is being written, the previous
 * content stays in force. Safe for use by many threads.
 *
 * <p>The SDK's own supplier compares only times, so it misses a file that was renamed into place
 * and is older than the last read (not reported).
 */
public final class AwsProfiles implements Supplier<ProfileFile> {
    private static final System.Logger LOGGER = System.getLogger(AwsProfiles.class.getName());

    /** Two calls of stat(2) per second are cheap. */
    private static final Duration CHECK_EVERY = Duration.ofSeconds(1);

    private final Path configuration;
    private final Path credentials;
    private volatile Loaded loaded;

    private record Fingerprints(FileFingerprint configuration, FileFingerprint credentials) {}

    private record Loaded(ProfileFile profiles, Fingerprints fingerprints, long checkedNanos) {}

    private AwsProfiles(Path configuration, Path credentials) {
        this.configuration = configuration;
        this.credentials = credentials;
        Fingerprints fingerprints = fingerprints();
        loaded = new Loaded(read(), fingerprints, System.nanoTime());
    }

    /**
     * Opens the files that {@code AWS_CONFIG_FILE} and {@code AWS_SHARED_CREDENTIALS_FILE} name,
     * otherwise those below {@code ~/.aws}. Both are optional.
     *
     * @throws IllegalArgumentException if a file can't be read or parsed
     */
    public static AwsProfiles open() {
        try {
            return new AwsProfiles(
                    ProfileFileLocation.configurationFilePath(),
                    ProfileFileLocation.credentialsFilePath());
        } catch (SdkException | UncheckedIOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "AWS's configuration or credentials file, "
                            + ProfileFileLocation.configurationFilePath()
                            + " or "
                            + ProfileFileLocation.credentialsFilePath()
                            + ", can't be read: "
                            + e.getMessage(),
                    e);
        }
    }

    /** The name of the default profile: {@code AWS_PROFILE}, otherwise {@code default}. */
    public static String defaultName() {
        return ProfileFileSystemSetting.AWS_PROFILE.getStringValueOrThrow();
    }

    /** Whether a profile with this name exists. */
    public boolean has(String name) {
        return get().profile(name).isPresent();
    }

    /** A property of a profile, if both exist. */
    public Optional<String> property(String name, String property) {
        return get().profile(name).flatMap((Profile profile) -> profile.property(property));
    }

    /**
     * Makes a client take its other settings, such as its endpoint and region, from these files
     * too.
     */
    void use(ClientOverrideConfiguration.Builder override, Optional<String> name) {
        override.defaultProfileFileSupplier(this);
        name.ifPresent(override::defaultProfileName);
    }

    /** The region of AWS's default chain. */
    Region region(Optional<String> name) {
        DefaultAwsRegionProviderChain.Builder chain =
                DefaultAwsRegionProviderChain.builder().profileFile(this);
        name.ifPresent(chain::profileName);
        return chain.build().getRegion();
    }

    /** The paths of the files, for messages. */
    public String places() {
        return configuration + " or " + credentials;
    }

    @Override
    public ProfileFile get() {
        Loaded current = loaded;
        if (System.nanoTime() - current.checkedNanos < CHECK_EVERY.toNanos()) {
            return current.profiles;
        }
        return refreshed();
    }

    private synchronized ProfileFile refreshed() {
        Loaded before = loaded;
        Fingerprints now = fingerprints();
        ProfileFile profiles = before.profiles;
        if (!now.equals(before.fingerprints)) {
            try {
                profiles = read();
            } catch (SdkException | UncheckedIOException | IllegalArgumentException e) {
                LOGGER.log(
                        System.Logger.Level.WARNING,
                        "AWS's configuration or credentials file was changed and can''t be used;"
                                + " the previous content stays in force: {0}",
                        e.getMessage());
            }
        }
        loaded = new Loaded(profiles, now, System.nanoTime());
        return profiles;
    }

    private Fingerprints fingerprints() {
        return new Fingerprints(FileFingerprint.of(configuration), FileFingerprint.of(credentials));
    }

    private ProfileFile read() {
        ProfileFile.Aggregator both = ProfileFile.aggregator();
        if (Files.isRegularFile(credentials)) {
            both.addFile(read(credentials, ProfileFile.Type.CREDENTIALS));
        }
        if (Files.isRegularFile(configuration)) {
            both.addFile(read(configuration, ProfileFile.Type.CONFIGURATION));
        }
        return both.build();
    }

    private static ProfileFile read(Path file, ProfileFile.Type type) {
        return ProfileFile.builder().content(file).type(type).build();
    }
}
