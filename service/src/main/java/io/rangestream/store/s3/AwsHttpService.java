package io.rangestream.store.s3;

import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpService;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import javax.net.ssl.TrustManager;

/**
 * Creates the HTTP clients that the credentials chain uses for STS and SSO. The SDK creates an
 * instance by reflection. The SDK's own service does not read {@code AWS_CA_BUNDLE}, although
 * behind a proxy that intercepts TLS these services have the proxy's certificate too, and it
 * ignores the proxy for https. This class supports both.
 */
public final class AwsHttpService implements SdkHttpService {
    private static final String CA_BUNDLE = "AWS_CA_BUNDLE";

    /** Static, because the SDK creates the instance without arguments. */
    private static volatile Optional<Path> bundle = Optional.empty();

    private final Optional<CaCertificates> authorities;

    /** Called by the SDK. */
    public AwsHttpService() {
        authorities = bundle.map(CaCertificates::open);
    }

    /** Makes the SDK use this class in this JVM, if the environment names a bundle or a proxy. */
    public static void use(Map<String, String> environment) {
        String property = SdkSystemSetting.SYNC_HTTP_SERVICE_IMPL.property();
        String file = environment.getOrDefault(CA_BUNDLE, "");
        boolean isNeeded = !file.isEmpty() || S3Proxies.read().forHttps().isPresent();
        if (isNeeded && System.getProperty(property) == null) {
            bundle = Optional.of(file).filter(name -> !name.isEmpty()).map(Path::of);
            System.setProperty(property, AwsHttpService.class.getName());
        }
    }

    /** The same proxy with an unencrypted connection. */
    private static ProxyConfiguration unencrypted(ProxyConfiguration proxy) {
        return proxy.toBuilder()
                .scheme("http")
                .endpoint(URI.create(S3Proxies.host(proxy).toURI()))
                .build();
    }

    @Override
    public SdkHttpClient.Builder<?> createHttpClientBuilder() {
        Apache5HttpClient.Builder builder = Apache5HttpClient.builder();
        authorities.ifPresent(
                trusted -> builder.tlsTrustManagersProvider(() -> new TrustManager[] {trusted}));
        // These services have https endpoints. NO_PROXY and proxy credentials are handled by the
        // SDK.
        S3Proxies.read()
                .forHttps()
                .ifPresent(proxy -> builder.proxyConfiguration(unencrypted(proxy)));
        return builder;
    }
}
