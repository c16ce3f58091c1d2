package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * A class loader of the SDK with all of its libraries except OpenTelemetry and grpc-opentelemetry.
 */
final class WithoutOpenTelemetry extends ClassLoader {
    private static final String SDK = "io.rangestream.client.";

    WithoutOpenTelemetry(ClassLoader parent) {
        super(parent);
    }

    /** A program that uses the SDK, loaded by this class loader. */
    static final class User implements Runnable {
        private final String target;

        User(String target) {
            this.target = target;
        }

        @Override
        public void run() {
            // Resolves the types of all public signatures.
            if (RangeStreamClientBuilder.class.getMethods().length == 0) {
                throw new AssertionError("no methods");
            }
            try (RangeStreamClient client = RangeStreamClient.builder(target).plaintext().build();
                    InputStream in = client.read(BUCKET, KEY, ByteRange.whole())) {
                if (in.readAllBytes().length != 100) {
                    throw new AssertionError("not all bytes");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.startsWith("io.opentelemetry.") || name.startsWith("io.grpc.opentelemetry.")) {
            throw new ClassNotFoundException(name);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            return name.startsWith(SDK) ? define(name) : super.loadClass(name, resolve);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = in.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
