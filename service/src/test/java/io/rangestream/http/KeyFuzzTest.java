package io.rangestream.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

import io.rangestream.http.field.Attachment;
import io.rangestream.http.uri.PercentDecoding;
import io.rangestream.store.ObjectId;

import org.junit.jupiter.api.Tag;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Raw keys from a fuzzer. A key that can be decoded decodes to the same text after it is escaped
 * again, and is either a legal object key or refused.
 */
@Tag("fuzz")
class KeyFuzzTest {
    @FuzzTest
    void aKeyIsDecodedOnceOrNotAtAll(FuzzedDataProvider data) {
        String raw = data.consumeRemainingAsAsciiString();
        Optional<String> decoded = PercentDecoding.decode(raw);
        if (decoded.isEmpty() || decoded.get().isEmpty()) {
            return;
        }
        String key = decoded.get();
        StringBuilder escaped = new StringBuilder();
        for (byte octet : key.getBytes(StandardCharsets.UTF_8)) {
            escaped.append(String.format("%%%02X", octet));
        }
        assertThat(PercentDecoding.decode(escaped.toString())).as(raw).hasValue(key);
        if (ObjectId.keyViolation(key).isEmpty()) {
            assertThat(ObjectId.of("b", key).key()).isEqualTo(key);
            assertThat(key.chars().noneMatch(Character::isISOControl)).as(raw).isTrue();
            assertThat(("/" + key + "/").contains("/../")).as(raw).isFalse();
        }
        assertThat(Attachment.headerValue(key)).as(raw).matches("[\\x20-\\x7E]+");
    }
}
