package io.rangestream.store.s3;

import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpService;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import javax.net.ssl.TrustManager;

/**
 * Makes the HTTP clients by which the credentials chain reaches STS and SSO. The SDK makes an
 * instance by reflection, and does not read {@code AWS_CA_BUNDLE}: this does, as behind a proxy
 * that opens TLS these services have its certificate too.
 */
public final class AwsHttpService implements SdkHttpService {
    private static final String CA_BUNDLE = "AWS_CA_BUNDLE";

    /** Static, because the SDK makes the instance and gives it nothing. */
    private static volatile Optional<Path> bundle = Optional.empty();

    private final Optional<CaCertificates> authorities;

    /** Called by the SDK. */
    public AwsHttpService() {
        authorities = bundle.map(CaCertificates::open);
    }

    /** Has the SDK use this class in this JVM, if the environment names a bundle. */
    public static void use(Map<String, String> environment) {
        String property = SdkSystemSetting.SYNC_HTTP_SERVICE_IMPL.property();
        String file = environment.getOrDefault(CA_BUNDLE, "");
        if (!file.isEmpty() && System.getProperty(property) == null) {
            bundle = Optional.of(Path.of(file));
            System.setProperty(property, AwsHttpService.class.getName());
        }
    }

    @Override
    public SdkHttpClient.Builder<?> createHttpClientBuilder() {
        Apache5HttpClient.Builder builder = Apache5HttpClient.builder();
        authorities.ifPresent(
                trusted -> builder.tlsTrustManagersProvider(() -> new TrustManager[] {trusted}));
        return builder;
    }
}
