package io.rangestream.store.s3;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Sets system properties for a test and restores them when it is closed. */
final class SystemProperties implements AutoCloseable {
    private final Map<String, Optional<String>> before = new HashMap<>();

    SystemProperties set(String name, String value) {
        before.putIfAbsent(name, Optional.ofNullable(System.getProperty(name)));
        System.setProperty(name, value);
        return this;
    }

    @Override
    public void close() {
        before.forEach(
                (name, value) ->
                        value.ifPresentOrElse(
                                text -> System.setProperty(name, text),
                                () -> System.clearProperty(name)));
    }
}
