/** HTTP/2 connections: frames, header blocks, streams and write scheduling (RFC 9113). */
@NullMarked
package io.rangestream.transport.http2;

import org.jspecify.annotations.NullMarked;
