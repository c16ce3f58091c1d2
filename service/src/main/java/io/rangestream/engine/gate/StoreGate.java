package io.rangestream.engine.gate;

import io.rangestream.store.ObjectId;

import java.util.function.BooleanSupplier;

public final class StoreGate {
    public StoreGate(StoreLimits limits) {}

    public Permit enter(ObjectId object, String viewer, BooleanSupplier unwanted) {
        return new Permit();
    }

    public boolean hasWaiters() {
        return false;
    }

    public static final class Permit implements AutoCloseable {
        public boolean isOwedToOthers() {
            return false;
        }

        @Override
        public void close() {}
    }
}
