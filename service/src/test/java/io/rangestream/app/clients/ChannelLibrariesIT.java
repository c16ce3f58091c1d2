package io.rangestream.app.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.client.ObjectReader;
import io.rangestream.client.RangeStreamClient;
import io.rangestream.testkit.process.RangestreamProcess;

import org.apache.commons.compress.archivers.sevenz.SevenZArchiveEntry;
import org.apache.commons.compress.archivers.sevenz.SevenZFile;
import org.apache.commons.compress.archivers.sevenz.SevenZOutputFile;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Libraries that read archives and tables through the SDK's channel. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
final class ChannelLibrariesIT {
    private static final String BUCKET = "archives";
    private static final int ENTRIES = 20;
    private static final int ENTRY_BYTES = 300_000;
    private static final int ROWS = 100_000;
    private static final MessageType SCHEMA =
            MessageTypeParser.parseMessageType(
                    "message row { required int64 id; required binary name (STRING); }");

    private RangestreamProcess server;
    private RangeStreamClient client;
    private byte[][] contents;

    @BeforeAll
    void start(@TempDir Path objects) throws IOException {
        contents = new byte[ENTRIES][ENTRY_BYTES];
        SplittableRandom random = new SplittableRandom(11);
        for (byte[] content : contents) {
            random.nextBytes(content);
        }
        writeZip(objects.resolve("films.zip"));
        writeSevenZip(objects.resolve("films.7z"));
        writeParquet(objects.resolve("rows.parquet"));
        server = RangestreamProcess.start("--directory", BUCKET + "=" + objects);
        client = RangeStreamClient.builder(server.authority()).plaintext().build();
    }

    @AfterAll
    void stop() {
        client.close();
        server.close();
    }

    private void writeZip(Path file) throws IOException {
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(file)) {
            for (int i = 0; i < ENTRIES; i++) {
                zip.putArchiveEntry(new ZipArchiveEntry("entry-" + i));
                zip.write(contents[i]);
                zip.closeArchiveEntry();
            }
        }
    }

    private void writeSevenZip(Path file) throws IOException {
        try (SevenZOutputFile archive = new SevenZOutputFile(file.toFile())) {
            for (int i = 0; i < ENTRIES; i++) {
                SevenZArchiveEntry entry = new SevenZArchiveEntry();
                entry.setName("entry-" + i);
                archive.putArchiveEntry(entry);
                archive.write(contents[i]);
                archive.closeArchiveEntry();
            }
        }
    }

    private static void writeParquet(Path file) throws IOException {
        SimpleGroupFactory groups = new SimpleGroupFactory(SCHEMA);
        try (ParquetWriter<Group> writer =
                ExampleParquetWriter.builder(new LocalOutputFile(file))
                        .withConf(new PlainParquetConfiguration())
                        .withType(SCHEMA)
                        .withWriteMode(ParquetFileWriter.Mode.CREATE)
                        .withRowGroupSize(256L * 1024)
                        .build()) {
            for (int i = 0; i < ROWS; i++) {
                writer.write(groups.newGroup().append("id", (long) i).append("name", "row " + i));
            }
        }
    }

    @Test
    void commonsCompressReadsZipEntriesInReverse() throws IOException {
        try (ObjectReader object = client.open(BUCKET, "films.zip");
                SeekableByteChannel channel = object.channel();
                ZipFile zip = ZipFile.builder().setSeekableByteChannel(channel).get()) {
            for (int i = ENTRIES - 1; i >= 0; i--) {
                try (InputStream entry = zip.getInputStream(zip.getEntry("entry-" + i))) {
                    assertThat(entry.readAllBytes()).isEqualTo(contents[i]);
                }
            }
        }
    }

    @Test
    void commonsCompressReadsSevenZip() throws IOException {
        try (ObjectReader object = client.open(BUCKET, "films.7z");
                SeekableByteChannel channel = object.channel();
                SevenZFile archive = SevenZFile.builder().setSeekableByteChannel(channel).get()) {
            int read = 0;
            for (SevenZArchiveEntry entry : archive.getEntries()) {
                int number = Integer.parseInt(entry.getName().substring("entry-".length()));
                try (InputStream content = archive.getInputStream(entry)) {
                    assertThat(content.readAllBytes()).isEqualTo(contents[number]);
                }
                read++;
            }
            assertThat(read).isEqualTo(ENTRIES);
        }
    }

    @Test
    void parquetReadsAllRowGroups() throws IOException {
        try (ObjectReader object = client.open(BUCKET, "rows.parquet");
                ParquetReader<Group> reader =
                        new RowReaderBuilder(new ObjectInputFile(object)).build()) {
            for (long i = 0; i < ROWS; i++) {
                Group row = reader.read();
                assertThat(row.getLong("id", 0)).isEqualTo(i);
                assertThat(row.getString("name", 0)).isEqualTo("row " + i);
            }
            assertThat(reader.read()).isNull();
        }
    }

    private static final class RowReaderBuilder extends ParquetReader.Builder<Group> {
        RowReaderBuilder(InputFile file) {
            super(file, new PlainParquetConfiguration());
        }

        @Override
        protected ReadSupport<Group> getReadSupport() {
            return new GroupReadSupport();
        }
    }

    /** Adapts an object to Parquet's input interface. */
    private record ObjectInputFile(ObjectReader object) implements InputFile {
        @Override
        public long getLength() {
            return object.metadata().completeLength();
        }

        @Override
        public SeekableInputStream newStream() throws IOException {
            SeekableByteChannel channel = object.channel();
            return new DelegatingSeekableInputStream(Channels.newInputStream(channel)) {
                @Override
                public long getPos() throws IOException {
                    return channel.position();
                }

                @Override
                public void seek(long position) throws IOException {
                    channel.position(position);
                }
            };
        }
    }
}
