package io.rangestream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class ObjectRefTest {
    @Test
    void namesBucketKeyAndVersion() {
        ObjectRef current = ObjectRef.of("films", "a/b.mp4");
        assertThat(current.bucket()).isEqualTo("films");
        assertThat(current.key()).isEqualTo("a/b.mp4");
        assertThat(current.versionId()).isEmpty();
        assertThat(current).hasToString("films/a/b.mp4");
        ObjectRef seventh = current.withVersion("7");
        assertThat(seventh.versionId()).hasValue("7");
        assertThat(seventh).hasToString("films/a/b.mp4 (version 7)");
        assertThat(current.versionId()).isEmpty();
    }

    @Test
    void referencesAreComparedByValue() {
        ObjectRef object = ObjectRef.of("films", "a");
        assertThat(object).isEqualTo(ObjectRef.of("films", "a"));
        assertThat(object).hasSameHashCodeAs(ObjectRef.of("films", "a"));
        assertThat(object).isNotEqualTo(ObjectRef.of("films", "b"));
        assertThat(object).isNotEqualTo(ObjectRef.of("film", "a"));
        assertThat(object).isNotEqualTo(object.withVersion("7"));
        assertThat(object.withVersion("7")).isEqualTo(object.withVersion("7"));
    }

    @Test
    void rejectsEmptyNames() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ObjectRef.of("", "a"))
                .withMessage("bucket is empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ObjectRef.of("films", ""))
                .withMessage("key is empty");
        ObjectRef object = ObjectRef.of("films", "a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> object.withVersion(""))
                .withMessage("version id is empty");
    }
}
