package io.rangestream.client.internal.download;

import io.rangestream.client.internal.wire.Pin;
import io.rangestream.client.internal.wire.ResolvedRange;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The state of a resumable download: the version of the object, the layout of its parts, and which
 * parts are complete. It is stored as text with a CRC-32C beside the partial file. For one thread
 * at a time.
 */
public final class DownloadState {
    /** Fits the bits of all parts, and a key and a version id of 1024 escaped bytes each. */
    public static final int MOST_BYTES = 64 * 1024;

    private static final String FORMAT = "rangestream-download 1\n";
    private static final String PART_BYTES = "part-bytes ";
    private static final String COMPLETE = "complete ";
    private static final String CRC32C_OF_THE_ABOVE = "crc32c ";

    private final String identity;
    private final PartLayout layout;
    private final BitSet complete;

    private DownloadState(String identity, PartLayout layout, BitSet complete) {
        this.identity = identity;
        this.layout = layout;
        this.complete = complete;
    }

    /** A state without complete parts. */
    public static DownloadState begin(Pin pin, PartLayout layout) {
        return new DownloadState(identity(pin), layout, new BitSet());
    }

    /** Parses a state; empty if it is damaged or of another version. */
    public static Optional<DownloadState> parse(byte[] encoded, Pin pin) {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(encoded)).toString();
            int sumAt = text.lastIndexOf(CRC32C_OF_THE_ABOVE);
            String identity = identity(pin);
            if (sumAt < 0
                    || !text.startsWith(identity)
                    || !text.substring(sumAt).equals(sum(text.substring(0, sumAt)))) {
                return Optional.empty();
            }
            List<String> lines = text.substring(identity.length(), sumAt).lines().toList();
            long partBytes = Long.parseLong(lines.get(0).substring(PART_BYTES.length()));
            PartLayout layout = new PartLayout(pin.metadata().completeLength(), partBytes);
            byte[] bits = HexFormat.of().parseHex(lines.get(1).substring(COMPLETE.length()));
            BitSet complete = BitSet.valueOf(bits);
            return complete.length() > layout.count()
                    ? Optional.empty()
                    : Optional.of(new DownloadState(identity, layout, complete));
        } catch (CharacterCodingException
                | IllegalArgumentException
                | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    public byte[] encode() {
        String text =
                identity
                        + PART_BYTES
                        + layout.partBytes()
                        + '\n'
                        + COMPLETE
                        + HexFormat.of().formatHex(complete.toByteArray())
                        + '\n';
        return (text + sum(text)).getBytes(StandardCharsets.UTF_8);
    }

    PartLayout layout() {
        return layout;
    }

    public void complete(int part) {
        complete.set(part);
    }

    boolean isComplete(int part) {
        return complete.get(part);
    }

    boolean isBegun() {
        return !complete.isEmpty();
    }

    /** The minimum length of the partial file that contains all complete parts. */
    long leastLength() {
        ResolvedRange last = layout.range(Math.max(0, complete.length() - 1));
        return isBegun() ? last.firstPos() + last.length() : 0;
    }

    private static String identity(Pin pin) {
        return FORMAT
                + ("bucket " + encoded(pin.metadata().bucket()) + '\n')
                + ("key " + encoded(pin.metadata().key()) + '\n')
                + ("version-id " + pin.versionId().map(DownloadState::encoded).orElse("") + '\n')
                + ("etag " + pin.metadata().etag().map(DownloadState::encoded).orElse("") + '\n')
                + ("complete-length " + pin.metadata().completeLength() + '\n');
    }

    /** Escapes line ends, among others. */
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String sum(String text) {
        CRC32C sum = new CRC32C();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        return CRC32C_OF_THE_ABOVE + HexFormat.of().toHexDigits((int) sum.getValue()) + '\n';
    }
}
