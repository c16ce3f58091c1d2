package io.rangestream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

class S3XmlTest {
    /** The end of each element, as {@code DEPTH NAME=TEXT}. */
    private static List<String> scan(InputStream in) throws IOException {
        List<String> ends = new ArrayList<>();
        S3Xml.scan(
                in,
                new S3Xml.Handler() {
                    @Override
                    public void start(String name, int depth) {
                        // The ends are sufficient.
                    }

                    @Override
                    public void end(String name, int depth, String text) {
                        ends.add(depth + " " + name + "=" + text);
                    }
                });
        return ends;
    }

    private static List<String> scan(String xml) throws IOException {
        return scan(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }

    static Stream<Arguments> documents() {
        return Stream.of(
                Arguments.of("<a>b</a>", "b"),
                Arguments.of("<a>a&amp;b&lt;&gt;&quot;&apos;</a>", "a&b<>\"'"),
                Arguments.of("<a>&#65;&#x42;&#x1F600;</a>", "AB\uD83D\uDE00"),
                Arguments.of("<a><![CDATA[<b>&amp;]]></a>", "<b>&amp;"),
                Arguments.of("<a><![CDATA[x]]]]><![CDATA[>y]]></a>", "x]]>y"),
                Arguments.of("<a><![CDATA[]]]></a>", "]"),
                Arguments.of("<a>b<!-- no -- <x> --->c</a>", "bc"),
                Arguments.of("<a>b<?php > ??>c</a>", "bc"),
                Arguments.of("<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- --><a>b</a>", "b"),
                Arguments.of("\uFEFF<a>b</a>", "b"),
                Arguments.of("<a xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">b</a >", "b"),
                Arguments.of("<s3:a xmlns:s3='x'>b</s3:a>", "b"),
                Arguments.of("<a b=\"x>y\" c='/>'>b</a>", "b"),
                Arguments.of("<a b=\"'\" c='\"'>b</a>", "b"),
                Arguments.of("<a b='/'>b</a>", "b"),
                Arguments.of("<a>b</a>trailing <", "b"));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void readsOnlyTheText(String xml, String text) throws IOException {
        assertThat(scan(xml)).containsExactly("1 a=" + text);
    }

    @Test
    void reportsEachElementWithItsDepth() throws IOException {
        assertThat(scan("<a>x<b/><c t='1'><d>y</d> </c></a>"))
                .containsExactly("2 b=", "3 d=y", "2 c= ", "1 a=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "b<a/>",
                "<a>",
                "<a></b>",
                "<a>&</a>",
                "<a>&unknown;</a>",
                "<a>&#x110000;</a>",
                "<a>&#xZ;</a>",
                "<a><![CDATA[x</a>",
                "<a><!-- x</a>",
                "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
                "<a><!ELEMENT b></a>",
                "<a b=\"x></a>",
                "<a b='<'/>",
                "< a/>",
                "<:/>"
            })
    void rejectsMalformedDocuments(String xml) {
        assertThatThrownBy(() -> scan(xml)).isInstanceOf(S3Xml.MalformedException.class);
    }

    @Test
    void decodesCharactersSplitBetweenReads() throws IOException {
        byte[] xml = "<a>\u00e4\u20ac\uD83D\uDE00</a>".getBytes(StandardCharsets.UTF_8);
        InputStream bytewise =
                new ByteArrayInputStream(xml) {
                    @Override
                    public synchronized int read(byte[] array, int offset, int length) {
                        return super.read(array, offset, Math.min(1, length));
                    }
                };
        assertThat(scan(bytewise)).containsExactly("1 a=\u00e4\u20ac\uD83D\uDE00");
        // The scanner's buffer ends within the pair.
        String padding = "x".repeat(8191 - "<a>".length());
        assertThat(scan("<a>" + padding + "\uD83D\uDE00</a>"))
                .containsExactly("1 a=" + padding + "\uD83D\uDE00");
    }

    @Test
    void limitsDepthTagLengthAndTextLength() throws IOException {
        assertThatThrownBy(() -> scan("<a>".repeat(17))).hasMessageContaining("levels");
        assertThatThrownBy(() -> scan("<a b='" + "x".repeat(5000) + "'/>"))
                .hasMessageContaining("does not end");
        assertThat(scan("<a>" + "x".repeat(20_000) + "</a>").getFirst())
                .hasSize("1 a=".length() + S3Xml.MAX_TEXT_CHARS);
    }
}
