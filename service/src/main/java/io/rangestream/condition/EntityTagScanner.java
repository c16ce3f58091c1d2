package io.rangestream.condition;

import java.util.Optional;

/** Scans a list of entity tags from left to right. Tags may contain commas. */
final class EntityTagScanner {
    private final String text;
    private int position;

    EntityTagScanner(String text) {
        this.text = text;
    }

    boolean atEnd() {
        return position == text.length();
    }

    /**
     * Skips whitespace and commas, as a list may have empty members; returns the number of commas.
     */
    int skipSeparators() {
        int commas = 0;
        while (!atEnd()) {
            char c = text.charAt(position);
            if (c != ',' && c != ' ' && c != '\t') {
                break;
            }
            commas += c == ',' ? 1 : 0;
            position++;
        }
        return commas;
    }

    /** Reads the tag that is next; empty, and skips no character, if no valid tag is next. */
    Optional<EntityTag> next() {
        boolean weak = text.startsWith("W/", position);
        int begin = position + (weak ? 2 : 0);
        if (begin >= text.length() || text.charAt(begin) != '"') {
            return Optional.empty();
        }
        int end = begin + 1;
        while (end < text.length() && EntityTag.isOpaqueCharacter(text.charAt(end))) {
            end++;
        }
        if (end == text.length() || text.charAt(end) != '"') {
            return Optional.empty();
        }
        position = end + 1;
        return Optional.of(new EntityTag(text.substring(begin + 1, end), weak));
    }
}
