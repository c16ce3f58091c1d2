package io.rangestream.store.directory;

import io.rangestream.store.Cancellation;
import io.rangestream.store.ListingPage;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Unavailable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Lists the objects below a bucket's folder. Part of {@link DirectoryObjectStore}. Safe for use by
 * many threads; each page is built on a thread of {@link FileWork}.
 */
final class FolderListings {
    private final FolderRoot root;
    private final FolderSnapshots snapshots;
    private final FileWork lists;

    FolderListings(FolderRoot root, FolderSnapshots snapshots, FileWork lists) {
        this.root = root;
        this.snapshots = snapshots;
        this.lists = lists;
    }

    /** As {@link DirectoryObjectStore#list(ObjectListing.Query, Cancellation)}. */
    ObjectListing page(ObjectListing.Query query, Cancellation cancellation) {
        long arrivedNanos = System.nanoTime();
        AtomicBoolean callerLeft = new AtomicBoolean();
        Thread caller = Thread.currentThread();
        cancellation.onCancel(() -> LockSupport.unpark(caller));
        try {
            return lists.call(
                    query.bucket(),
                    cancellation::isCancelled,
                    () -> walk(query, arrivedNanos, callerLeft::get));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            callerLeft.set(true);
        }
    }

    private ObjectListing walk(
            ObjectListing.Query query, long arrivedNanos, BooleanSupplier isUnwanted) {
        try {
            return ListingPage.read(
                    query,
                    new DirectoryCursor(
                            root.resolve(), query, snapshots, arrivedNanos, isUnwanted));
        } catch (IOException e) {
            throw classify(query, e);
        } catch (UncheckedIOException e) {
            throw classify(query, Objects.requireNonNull(e.getCause()));
        }
    }

    private ObjectStoreException classify(ObjectListing.Query query, IOException e) {
        ObjectStoreException failure =
                DirectoryErrors.classify(query.bucket(), root.configured(), e);
        // The root exists. If it was missing for a moment, only this page has failed.
        return failure instanceof NotFound
                ? new Unavailable(query.bucket(), "reading the folder failed", e)
                : failure;
    }
}
