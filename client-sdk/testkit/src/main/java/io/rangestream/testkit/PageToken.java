package io.rangestream.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32C;

/** The position at which a list continues, bound to the request that it belongs to. */
final class PageToken {
    private PageToken() {}

    /** The token of the page after {@code last} in a list of {@code scope}. */
    static String write(String scope, String last) {
        byte[] text = last.getBytes(StandardCharsets.UTF_8);
        ByteBuffer token = ByteBuffer.allocate(Integer.BYTES + text.length);
        token.putInt(sum(scope, text)).put(text);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token.array());
    }

    /** The last entry of the page before; empty for the first page. */
    static Optional<String> read(String scope, String token) {
        if (token.isEmpty()) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(token);
            String last =
                    new String(
                            bytes,
                            Integer.BYTES,
                            bytes.length - Integer.BYTES,
                            StandardCharsets.UTF_8);
            if (write(scope, last).equals(token)) {
                return Optional.of(last);
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw invalid();
        }
        throw invalid();
    }

    private static CallFailure invalid() {
        return CallFailure.invalid("page_token", "is damaged or belongs to another request");
    }

    private static int sum(String scope, byte[] text) {
        CRC32C crc = new CRC32C();
        crc.update(scope.getBytes(StandardCharsets.UTF_8));
        crc.update(text);
        return (int) crc.getValue();
    }
}
