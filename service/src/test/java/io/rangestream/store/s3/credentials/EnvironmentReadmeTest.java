package io.rangestream.store.s3.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.profiles.ProfileFileSystemSetting;
import software.amazon.awssdk.utils.ProxyEnvironmentSetting;
import software.amazon.awssdk.utils.SystemSetting;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The page operate.md names each environment variable that this version of the SDK reads. */
class EnvironmentReadmeTest {
    @Test
    void namesEachVariableOfTheSdk() throws IOException {
        String page =
                Files.readString(
                        Path.of(System.getProperty("rangestream.root"))
                                .resolve("service/docs/operate.md"));
        List<String> variables =
                Stream.<SystemSetting[]>of(
                                SdkSystemSetting.values(),
                                ProfileFileSystemSetting.values(),
                                ProxyEnvironmentSetting.values())
                        .flatMap(Stream::of)
                        .map(SystemSetting::environmentVariable)
                        .toList();
        assertThat(variables)
                .hasSizeGreaterThan(40)
                .allSatisfy(name -> assertThat(page).containsIgnoringCase("`" + name + "`"));
    }
}
