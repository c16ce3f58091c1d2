package io.rangestream.store;

import io.rangestream.store.ObjectListing.Entry;
import io.rangestream.store.ObjectListing.Query;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Builds one listing page for a store that can walk its objects in key order. The page token holds
 * the last key or common prefix that was returned. So the next page continues there, even if
 * objects were added or deleted in between.
 */
public final class ListingPage {
    private static final char KEY = 'k';
    private static final char COMMON_PREFIX = 'p';
    private static final String FIRST_CHARACTER = "\0";

    private final Query query;
    private final Cursor cursor;
    private final List<Entry> objects = new ArrayList<>();
    private final List<String> commonPrefixes = new ArrayList<>();

    private ListingPage(Query query, Cursor cursor) {
        this.query = query;
        this.cursor = cursor;
    }

    /** A walk over a store's objects in the order of {@link KeyOrder}. Used by one thread. */
    public interface Cursor {
        /** Skips all keys before {@code key}. Never moves backwards. */
        void skipTo(String key);

        /** The next object; empty at the end. */
        Optional<Entry> next();
    }

    /**
     * Reads one page.
     *
     * @param cursor a cursor at the first key
     * @throws IllegalArgumentException if the page token was not made by this class, or for another
     *     prefix
     */
    public static ObjectListing read(Query query, Cursor cursor) {
        return new ListingPage(query, cursor).read();
    }

    private ObjectListing read() {
        Optional<String> start =
                query.continuation().isEmpty()
                        ? Optional.of(query.prefix())
                        : start(query.continuation().get());
        if (start.isEmpty()) {
            return page(Optional.empty());
        }
        cursor.skipTo(start.get());
        String last = "";
        Optional<Entry> entry = cursor.next();
        while (entry.isPresent() && entry.get().key().startsWith(query.prefix())) {
            if (objects.size() + commonPrefixes.size() == query.pageSize()) {
                return page(Optional.of(encode(last)));
            }
            Optional<String> commonPrefix = commonPrefix(entry.get().key());
            if (commonPrefix.isEmpty()) {
                objects.add(entry.get());
                last = KEY + entry.get().key();
            } else {
                commonPrefixes.add(commonPrefix.get());
                last = COMMON_PREFIX + commonPrefix.get();
                Optional<String> after = KeyOrder.after(commonPrefix.get());
                if (after.isEmpty()) {
                    break;
                }
                cursor.skipTo(after.get());
            }
            entry = cursor.next();
        }
        return page(Optional.empty());
    }

    private ObjectListing page(Optional<String> next) {
        return new ObjectListing(objects, commonPrefixes, next);
    }

    private Optional<String> commonPrefix(String key) {
        if (query.delimiter().isEmpty()) {
            return Optional.empty();
        }
        int at = key.indexOf(query.delimiter(), query.prefix().length());
        return at < 0
                ? Optional.empty()
                : Optional.of(key.substring(0, at + query.delimiter().length()));
    }

    /** The smallest key of the page after this token; empty if no key can follow. */
    private Optional<String> start(String continuation) {
        String last = decode(continuation);
        if (last.isEmpty() || !last.substring(1).startsWith(query.prefix())) {
            throw invalidToken(continuation, null);
        }
        return switch (last.charAt(0)) {
            case KEY -> Optional.of(last.substring(1) + FIRST_CHARACTER);
            case COMMON_PREFIX -> KeyOrder.after(last.substring(1));
            default -> throw invalidToken(continuation, null);
        };
    }

    private static String encode(String last) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(last.getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String continuation) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(continuation);
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw invalidToken(continuation, e);
        }
    }

    private static IllegalArgumentException invalidToken(
            String continuation, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "not a page token of this listing: " + continuation, cause);
    }
}
