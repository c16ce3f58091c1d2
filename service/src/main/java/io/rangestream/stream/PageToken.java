package io.rangestream.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A page token: the store's continuation with a checksum over it and the fields of the request. The
 * checksum detects a damaged token and a token of another request. It protects against mistakes,
 * not attacks: a forged token lists only objects that the client may list anyway.
 */
final class PageToken {
    private static final String FIELD = "page_token";

    private PageToken() {}

    /**
     * The token of the next page.
     *
     * @param scope the fields of the request that the token is bound to
     * @param continuation the store's continuation; empty on the last page, which gives ""
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
     * The continuation in a token; empty for "".
     *
     * @throws InvalidRequestException if the token is damaged or bound to another scope
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
        // The last character may have unused bits, which the decoder ignores but may be damaged.
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
