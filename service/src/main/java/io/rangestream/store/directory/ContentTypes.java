package io.rangestream.store.directory;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Media types by file name extension: as registered at IANA, otherwise as used by nginx and
 * browsers. The table is part of the program because the platform's own table differs between
 * machines. It states no charset, because the encoding of a file is unknown, and content is never
 * sniffed.
 */
final class ContentTypes {
    /** Each line has a media type and its extensions. */
    private static final String TABLE =
            """
            # audio and video
            video/mp4 mp4 m4v
            video/iso.segment m4s
            video/mp4 cmfv
            audio/mp4 cmfa
            video/quicktime mov qt
            video/webm webm
            audio/webm weba
            video/matroska mkv
            audio/matroska mka
            video/ogg ogv
            video/x-msvideo avi
            video/x-ms-wmv wmv
            video/x-flv flv
            video/mpeg mpg mpeg
            video/3gpp 3gp
            video/3gpp2 3g2
            video/mp2t ts m2ts mts
            application/dash+xml mpd
            application/vnd.apple.mpegurl m3u8
            audio/mpegurl m3u
            audio/mpeg mp3
            audio/mp4 m4a m4b
            audio/aac aac
            audio/ac3 ac3
            audio/ogg oga ogg spx opus
            audio/wav wav
            audio/flac flac
            audio/aiff aif aiff
            audio/midi mid midi
            application/ogg ogx
            # subtitles
            text/vtt vtt
            application/x-subrip srt
            application/ttml+xml ttml
            # images
            image/jpeg jpg jpeg jpe jfif
            image/png png
            image/apng apng
            image/gif gif
            image/webp webp
            image/avif avif
            image/heic heic
            image/heif heif
            image/jxl jxl
            image/jp2 jp2
            image/bmp bmp
            image/vnd.microsoft.icon ico
            image/tiff tif tiff
            image/vnd.adobe.photoshop psd
            image/svg+xml svg
            application/dicom dcm
            # text and documents
            text/plain txt text log
            text/markdown md markdown
            text/csv csv
            text/tab-separated-values tsv
            text/calendar ics
            text/vcard vcf
            text/html html htm
            application/xhtml+xml xhtml
            text/css css
            text/javascript js mjs
            application/json json map
            application/jsonl jsonl
            application/x-ndjson ndjson
            application/ld+json jsonld
            application/geo+json geojson
            application/json topojson
            application/manifest+json webmanifest
            application/xml xml
            application/xslt+xml xsl xslt
            application/rss+xml rss
            application/atom+xml atom
            application/gpx+xml gpx
            application/vnd.google-earth.kml+xml kml
            application/vnd.google-earth.kmz kmz
            application/yaml yaml yml
            application/toml toml
            application/sql sql
            application/rtf rtf
            application/pdf pdf
            application/postscript ps eps
            application/epub+zip epub
            application/msword doc
            application/vnd.ms-excel xls
            application/vnd.ms-powerpoint ppt
            application/vnd.openxmlformats-officedocument.wordprocessingml.document docx
            application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx
            application/vnd.openxmlformats-officedocument.presentationml.presentation pptx
            application/vnd.oasis.opendocument.text odt
            application/vnd.oasis.opendocument.spreadsheet ods
            application/vnd.oasis.opendocument.presentation odp
            message/rfc822 eml
            # data
            application/vnd.apache.parquet parquet
            application/vnd.apache.arrow.file arrow
            application/vnd.apache.arrow.stream arrows
            application/vnd.apache.arrow.file feather
            application/vnd.apache.avro avro
            application/vnd.pmtiles pmtiles
            application/vnd.sqlite3 mbtiles
            application/x-protobuf pbf
            application/vnd.mapbox-vector-tile mvt
            application/vnd.flatgeobuf fgb
            application/geopackage+sqlite3 gpkg
            application/vnd.sqlite3 sqlite sqlite3
            application/x-hdf5 h5 hdf5
            application/x-netcdf nc
            application/fits fits
            application/octet-stream npy
            model/gltf-binary glb
            model/gltf+json gltf
            model/stl stl
            model/obj obj
            # archives, packages, images of disks
            application/zip zip
            application/gzip gz tgz
            application/zstd zst
            application/x-xz xz
            application/x-bzip2 bz2
            application/x-7z-compressed 7z
            application/vnd.rar rar
            application/x-tar tar
            application/x-lz4 lz4
            application/x-brotli br
            application/java-archive jar war
            application/zip whl
            application/vnd.android.package-archive apk
            application/octet-stream ipa
            application/vnd.debian.binary-package deb
            application/x-rpm rpm
            application/x-iso9660-image iso
            application/octet-stream img qcow2 vmdk vhd
            application/x-apple-diskimage dmg
            application/vnd.microsoft.portable-executable exe
            application/x-msi msi
            application/octet-stream bin
            application/x-bittorrent torrent
            # code and fonts
            application/wasm wasm
            font/woff woff
            font/woff2 woff2
            font/ttf ttf
            font/otf otf
            font/collection ttc
            application/vnd.ms-fontobject eot
            application/x-shockwave-flash swf
            """;

    private static final Map<String, String> BY_EXTENSION =
            TABLE.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" "))
                    .flatMap(
                            words ->
                                    Stream.of(words)
                                            .skip(1)
                                            .map(extension -> Map.entry(extension, words[0])))
                    .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    // No extension in the table is longer, so a longer one is rejected before it is copied to lower
    // case.
    private static final int MAX_EXTENSION_LENGTH = 16;

    private ContentTypes() {}

    /**
     * The media type for the extension of a key's last segment, in any case. Empty if there is no
     * extension, if the name has no character before the dot ({@code .html} is a hidden file), or
     * if the table does not have the extension.
     */
    static Optional<String> of(String key) {
        int dot = key.lastIndexOf('.');
        if (dot <= key.lastIndexOf('/') + 1 || key.length() - dot - 1 > MAX_EXTENSION_LENGTH) {
            return Optional.empty();
        }
        String extension = key.substring(dot + 1).toLowerCase(Locale.ROOT);
        return Optional.ofNullable(BY_EXTENSION.get(extension));
    }
}
