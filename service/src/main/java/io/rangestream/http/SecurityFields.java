package io.rangestream.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.rangestream.store.Representation;

import java.util.Optional;

/**
 * Fields that keep objects from running script on the origin of the page. An object's 200, its 206
 * and its response to HEAD have them. A 304 does not: a client keeps them with the stored response,
 * and Chromium updates neither of them from a 304 (HttpResponseHeaders::Update).
 */
public final class SecurityFields {
    public static final HeaderName CONTENT_SECURITY_POLICY =
            HeaderNames.create("Content-Security-Policy");

    /** Forbids a browser to guess a type from the bytes instead of using the Content-Type. */
    public static final Header NOSNIFF =
            HeaderValues.createCached(HeaderNames.create("X-Content-Type-Options"), "nosniff");

    // Without "allow-scripts" no script of the document runs, and without "allow-same-origin" the
    // document has no access to our origin. Its images and styles still work.
    private static final Header SANDBOX =
            HeaderValues.createCached(CONTENT_SECURITY_POLICY, "sandbox");

    private SecurityFields() {}

    public static void set(ServerResponseHeaders headers, Representation representation) {
        headers.set(NOSNIFF);
        Optional<String> sentType =
                representation.fields().contentType().filter(RepresentationFields::isSendable);
        if (ScriptableTypes.mayRunScript(sentType)) {
            headers.set(SANDBOX);
        }
    }
}
