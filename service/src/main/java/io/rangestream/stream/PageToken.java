package io.rangestream.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A page token: a store's own continuation, bound to the request it belongs to, so that one that is
 * damaged or of another request is told from a good one. It guards against mistakes, not attacks: a
 * forged token reads only what its sender may list anyway.
 */
final class PageToken {
    private static final String FIELD = "page_token";

    private PageToken() {}

    /**
     * The token for what continues {@code scope} at {@code continuation}; "" where nothing does.
     */
    static String write(String scope, Optional<String> continuation) {
        if (continuation.isEmpty()) {
            return "";
        }
        byte[] text = continuation.get().getBytes(StandardCharsets.UTF_8);
        ByteBuffer token = ByteBuffer.allocate(Integer.BYTES + text.length);
        token.putInt(checksum(scope, text)).put(text);
        return encode(token.array());
    }

    private static String encode(byte[] token) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /**
     * The continuation in a token of the same scope; empty for "".
     *
     * @throws InvalidRequestException where it is damaged or of another request
     */
    static Optional<String> read(String scope, String token) {
        if (token.isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            throw invalid();
        }
        // The last letter may have bits that decode to nothing: those can be damaged too.
        if (bytes.length < Integer.BYTES || !encode(bytes).equals(token)) {
            throw invalid();
        }
        byte[] text = new byte[bytes.length - Integer.BYTES];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int checksum = buffer.getInt();
        buffer.get(text);
        if (checksum != checksum(scope, text)) {
            throw invalid();
        }
        return Optional.of(new String(text, StandardCharsets.UTF_8));
    }

    static InvalidRequestException invalid() {
        return new InvalidRequestException(
                FIELD, "is damaged or belongs to a request with other fields");
    }

    private static int checksum(String scope, byte[] text) {
        CRC32C crc = new CRC32C();
        crc.update(scope.getBytes(StandardCharsets.UTF_8));
        crc.update(0);
        crc.update(text);
        return (int) crc.getValue();
    }
}
