package io.rangestream.http.field;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewrites a stored Content-Disposition with a file name that is not ASCII in the form of RFC 6266:
 * an ASCII {@code filename} and the full name in {@code filename*} (RFC 8187). Stores keep such
 * names as they received them: in UTF-8, which Java clients decode as ISO 8859-1, in ISO 8859-1, or
 * as encoded words (RFC 2047). An instance parses one value.
 */
final class StoredDisposition {
    private static final Pattern ENCODED_WORD =
            Pattern.compile("=\\?([!-~&&[^?]]{1,40})\\?([bBqQ])\\?([!-~&&[^?]]*)\\?=");
    private static final Pattern BETWEEN_WORDS = Pattern.compile("\\?=[ \t]+=\\?");
    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9!#$&+.^_`|~-]{1,64}");
    private static final String FILE_NAME = "filename";
    private static final String EXTENDED_FILE_NAME = "filename*";
    private static final int HEX = 16;

    private final String text;
    private int at;

    private StoredDisposition(String text) {
        this.text = text;
    }

    /** The value to send; empty if it can't be sent in any form. */
    static Optional<String> sendable(String stored) {
        boolean isPlain = RepresentationFields.isSendable(stored);
        if (isPlain && !ENCODED_WORD.matcher(stored).find()) {
            return Optional.of(stored);
        }
        if (stored.chars().anyMatch(c -> Character.isISOControl(c) && c < 0x80)) {
            return Optional.empty();
        }
        return new StoredDisposition(decodeWords(decodeOctets(stored))).rewritten();
    }

    /** Decodes the octets as UTF-8 if they are valid UTF-8, else as ISO 8859-1. */
    private static String decodeOctets(String value) {
        if (value.chars().anyMatch(c -> c > 0xFF)) {
            return value;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            return value;
        }
    }

    private static String decodeWords(String value) {
        String joined = BETWEEN_WORDS.matcher(value).replaceAll("?==?");
        return ENCODED_WORD
                .matcher(joined)
                .replaceAll(word -> Matcher.quoteReplacement(decodeWord(word)));
    }

    private static String decodeWord(MatchResult word) {
        try {
            Charset charset = Charset.forName(word.group(1));
            byte[] octets =
                    word.group(2).equalsIgnoreCase("b")
                            ? Base64.getDecoder().decode(word.group(3))
                            : quotedPrintable(word.group(3));
            return charset.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
        } catch (IllegalCharsetNameException
                | UnsupportedCharsetException
                | CharacterCodingException e) {
            return word.group();
        } catch (IllegalArgumentException e) {
            // Not base64.
            return word.group();
        }
    }

    private static byte[] quotedPrintable(String encoded) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            int high = i + 2 < encoded.length() ? digit(encoded, i + 1) : -1;
            int low = i + 2 < encoded.length() ? digit(encoded, i + 2) : -1;
            if (c == '=' && high >= 0 && low >= 0) {
                octets.write(high * HEX + low);
                i += 2;
            } else {
                octets.write(c == '_' ? ' ' : c);
            }
        }
        return octets.toByteArray();
    }

    private static int digit(String text, int index) {
        return Character.digit(text.charAt(index), HEX);
    }

    private Optional<String> rewritten() {
        String type = until(';').strip();
        if (!TYPE.matcher(type).matches()) {
            return Optional.empty();
        }
        Optional<String> name = Optional.empty();
        while (at < text.length()) {
            String parameter = until('=').strip().toLowerCase(Locale.ROOT);
            String value = value();
            if (parameter.equals(EXTENDED_FILE_NAME) && RepresentationFields.isSendable(value)) {
                return Optional.of(type + "; " + EXTENDED_FILE_NAME + "=" + value);
            }
            if (parameter.equals(FILE_NAME) && name.isEmpty()) {
                name = Optional.of(value);
            }
        }
        return Optional.of(
                name.map(file -> type + "; " + Attachment.parameters(file)).orElse(type));
    }

    /** The text up to a delimiter or to the end; moves behind the delimiter. */
    private String until(char end) {
        int found = text.indexOf(end, at);
        String before = text.substring(at, found < 0 ? text.length() : found);
        at = found < 0 ? text.length() : found + 1;
        return before;
    }

    /** A token or a quoted string; moves behind the semicolon after it. */
    private String value() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        if (at == text.length() || text.charAt(at) != '"') {
            return until(';').strip();
        }
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            value.append(text.charAt(at));
            at++;
        }
        String _ = until(';');
        return value.toString();
    }
}
