package io.rangestream.transport.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.rangestream.transport.RequestFault;
import io.rangestream.transport.hpack.HpackDecoder;
import io.rangestream.transport.hpack.HpackField;
import io.rangestream.transport.hpack.StatelessEncoder;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Locale;

/**
 * The header section of a request while its fields arrive: counts its size, validates it (RFC 9113,
 * sections 8.2 and 8.3), and encodes it anew for Helidon. {@link HeaderBlocks} adds the fields;
 * {@link HeaderFilter} asks for the result once the section is complete. One instance is used again
 * for each section of a connection. For the connection's thread.
 *
 * <p>Workaround for Helidon 4.5.0: names of pseudo-header fields that are spelled out in HPACK, as
 * the clients on gRPC's C core send them, end the connection; they are encoded here by their
 * indices in the static table (not reported).
 */
final class RequestHead implements HpackDecoder.Sink {
    private static final int ORIGIN_MAX_BYTES = 1024;
    // Each number of up to 18 digits fits into a long.
    private static final int MAX_LENGTH_DIGITS = 18;
    private static final int SHOWN_NAME_BYTES = 64;

    private static final byte[] TE = ascii("te");
    private static final byte[] TRAILERS = ascii("trailers");
    private static final byte[] HOST = ascii("host");
    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    private static final byte[] CONTENT_TYPE = ascii("content-type");
    private static final byte[] EXPECT = ascii("expect");
    private static final byte[] ORIGIN = ascii("origin");
    // RFC 9113, section 8.2.2.
    private static final byte[][] CONNECTION_SPECIFIC = {
        ascii("connection"),
        ascii("proxy-connection"),
        ascii("keep-alive"),
        ascii("transfer-encoding"),
        ascii("upgrade")
    };

    private final long maxBytes;

    /** The encoded regular fields, which follow all others. */
    private final StatelessEncoder regular = new StatelessEncoder();

    private boolean isTrailers;
    private long bytes;
    private boolean hasRegular;
    private boolean hasPseudo;
    private @Nullable String malformed;
    private @Nullable RequestFault metadataFault;
    private PseudoFields pseudo = new PseudoFields();
    private @Nullable HpackField host;
    private @Nullable HpackField contentLength;
    private @Nullable HpackField contentType;
    private @Nullable HpackField expect;
    private @Nullable HpackField origin;

    /**
     * Creates a head without a section.
     *
     * @param maxBytes SETTINGS_MAX_HEADER_LIST_SIZE, as announced to the client
     */
    RequestHead(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }

    /** Begins a section. */
    void begin(boolean trailers) {
        isTrailers = trailers;
        bytes = 0;
        hasRegular = false;
        hasPseudo = false;
        malformed = null;
        metadataFault = null;
        pseudo = new PseudoFields();
        host = null;
        contentLength = null;
        contentType = null;
        expect = null;
        origin = null;
        regular.clear();
    }

    @Override
    public boolean isFull() {
        return bytes > maxBytes;
    }

    @Override
    public void skipped() {
        // The section is too large already.
    }

    @Override
    public void field(HpackField field) {
        bytes += field.size();
        if (isFull() || malformed != null) {
            return;
        }
        if (isPseudo(field)) {
            hasPseudo = true;
            malformed =
                    isTrailers || hasRegular
                            ? "a pseudo-header field is not at the beginning of a request"
                            : pseudo.add(field);
        } else if (field.nameIndex() == 0 && !FieldRules.isName(field.name())) {
            malformed = "a field name has a character that is not allowed";
        } else if (!FieldRules.isValue(field.value())) {
            malformed = "a field value has a character that is not allowed";
        } else {
            hasRegular = true;
            regular(field);
        }
    }

    private static boolean isPseudo(HpackField field) {
        return field.name().length > 0 && field.name()[0] == ':';
    }

    private void regular(HpackField field) {
        if (isTrailers) {
            // Helidon ignores trailer fields.
            return;
        }
        for (byte[] name : CONNECTION_SPECIFIC) {
            if (field.isNamed(name)) {
                malformed = "a field is specific to a connection";
                return;
            }
        }
        if (field.isNamed(HOST)) {
            malformed = host == null ? null : "Host is repeated";
            host = field;
        } else if (field.isNamed(CONTENT_LENGTH)) {
            boolean isGood = contentLength == null && isLength(field.value());
            malformed = isGood ? null : "Content-Length is not one number";
            contentLength = field;
        } else if (field.isNamed(TE)) {
            boolean isGood = Arrays.equals(lowerCase(field.value()), TRAILERS);
            malformed = isGood ? null : "TE is not \"trailers\"";
        } else if (field.isNamed(EXPECT)) {
            expect = field;
        } else if (FieldRules.isBinary(field.name())) {
            binary(field);
        } else if (field.nameIndex() != 0 || FieldRules.isMetadataName(field.name())) {
            remember(field);
            regular.add(field);
        }
        // Other names are dropped: gRPC metadata can't have them, and no route reads them.
    }

    private void remember(HpackField field) {
        if (contentType == null && field.isNamed(CONTENT_TYPE)) {
            contentType = field;
        } else if (field.isNamed(ORIGIN) && field.value().length <= ORIGIN_MAX_BYTES) {
            origin = field;
        }
    }

    /** Handles a binary field of gRPC metadata; no HTTP route reads such a field. */
    private void binary(HpackField field) {
        boolean isBase64 = true;
        for (String value : new String(field.value(), US_ASCII).split(",", -1)) {
            isBase64 = isBase64 && FieldRules.isBase64(ascii(value.strip()));
        }
        if (!isBase64) {
            int shown = Math.min(field.name().length, SHOWN_NAME_BYTES);
            String name = new String(field.name(), 0, shown, US_ASCII);
            metadataFault = new RequestFault(RequestFault.Kind.INVALID, name, "is not base64");
        } else if (FieldRules.isBase64(field.value()) && FieldRules.isMetadataName(field.name())) {
            regular.add(field);
        }
    }

    private static boolean isLength(byte[] value) {
        for (byte b : value) {
            if (b < '0' || b > '9') {
                return false;
            }
        }
        return value.length > 0 && value.length <= MAX_LENGTH_DIGITS;
    }

    private static byte[] lowerCase(byte[] value) {
        return ascii(new String(value, US_ASCII).toLowerCase(Locale.ROOT));
    }

    /** Returns whether the section is larger than allowed. */
    boolean isTooLarge() {
        return isFull();
    }

    /** Returns whether the section has pseudo-header fields. */
    boolean hasPseudo() {
        return hasPseudo;
    }

    /** Returns why the complete section is malformed; null if it is not. */
    @Nullable String malformed() {
        if (malformed != null || isTrailers) {
            return malformed;
        }
        return pseudo.malformed(host);
    }

    /** Returns whether the request is a gRPC call. */
    boolean isGrpc() {
        return pseudo.isPost() && contentType != null && FieldRules.isGrpc(contentType.value());
    }

    String method() {
        return pseudo.method();
    }

    String path() {
        return pseudo.path();
    }

    /** Returns the announced length in bytes, or {@link OpenStreams#UNKNOWN_LENGTH}. */
    long contentLength() {
        return contentLength == null
                ? OpenStreams.UNKNOWN_LENGTH
                : Long.parseLong(new String(contentLength.value(), US_ASCII));
    }

    /** Returns the fault of a gRPC call's metadata; null if it has none. */
    @Nullable RequestFault metadataFault() {
        return metadataFault;
    }

    /**
     * Encodes the section for Helidon.
     *
     * @param withoutContent whether to omit the fields that announce content
     */
    byte[] encode(boolean withoutContent) {
        StatelessEncoder head = new StatelessEncoder();
        pseudo.encode(head, host);
        if (!withoutContent && contentLength != null) {
            head.add(contentLength);
        }
        if (!withoutContent && expect != null) {
            head.add(expect);
        }
        byte[] block = Arrays.copyOf(head.block(), head.length() + regular.length());
        System.arraycopy(regular.block(), 0, block, head.length(), regular.length());
        return block;
    }

    /**
     * Encodes a section for a request that is refused because its own is too large: the known
     * pseudo-header fields, and the origin, on which the CORS fields of the response depend.
     */
    byte[] encodeRefused() {
        StatelessEncoder head = new StatelessEncoder();
        pseudo.encode(head, null);
        if (origin != null) {
            head.add(origin);
        }
        return Arrays.copyOf(head.block(), head.length());
    }
}
