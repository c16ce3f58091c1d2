package io.rangestream.client.internal.channel;

import io.rangestream.client.internal.wire.ApiAccess;
import io.rangestream.client.internal.wire.Failure;
import io.rangestream.client.internal.wire.Subject;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The entries of a list. Each page is requested when its first entry is needed. For one thread at a
 * time.
 */
final class Pages<T> implements Iterator<T> {

    /** A page's entries, and the token of the next page, which is empty for the last page. */
    record Page<T>(List<T> entries, String nextPageToken) {}

    /** Requests the page of a token, which is empty for the first page. */
    interface Source<T> {
        Page<T> fetch(String pageToken) throws IOException;
    }

    private final Subject subject;
    private final Source<T> source;
    private Iterator<T> page = List.<T>of().iterator();
    private @Nullable String nextPageToken = "";

    private Pages(Subject subject, Source<T> source) {
        this.subject = subject;
        this.source = source;
    }

    static <T> Stream<T> stream(Subject subject, Source<T> source) {
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(
                        new Pages<>(subject, source), Spliterator.ORDERED | Spliterator.NONNULL),
                false);
    }

    @Override
    public boolean hasNext() {
        // A page that is not the last may be empty.
        while (!page.hasNext() && nextPageToken != null) {
            try {
                turn(nextPageToken);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return page.hasNext();
    }

    private void turn(String pageToken) throws IOException {
        Page<T> fetched = source.fetch(pageToken);
        if (!pageToken.isEmpty() && fetched.nextPageToken().equals(pageToken)) {
            throw ApiAccess.get()
                    .dataLoss(
                            Failure.found(
                                    subject, "the server returned the same page token again"));
        }
        page = fetched.entries().iterator();
        nextPageToken = fetched.nextPageToken().isEmpty() ? null : fetched.nextPageToken();
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return page.next();
    }
}
